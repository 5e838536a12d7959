"""The commands that need the server, one module each; imported when the command runs.

In: options of the command line.
Out: a service that runs until it is told to stop; what was found.
"""

__all__ = ["common", "replay", "serve"]
