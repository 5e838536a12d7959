"""Work in a process of its own: what is large, or looks at every rule, holds up neither loop nor health.

    Apart --frames--> process: decides, explains, compares, counts --frames--> Apart

One job at a time; a job that nobody waits for any more is given up where it stands.
"""

from server.decisions.apart.apart import Apart

__all__ = ["Apart"]
