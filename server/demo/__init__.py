"""``linkage demo``: a real server process, a made-up case over gRPC, and the answer as a clerk reads it.

In: a language.
Out: the case, the call and the answer on the screen.
"""

__all__ = ["run", "screen"]
