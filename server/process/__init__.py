"""The running server: started in order, drained in order; one process, or several on one port.

In: settings.
Out: a service on an address, with health and reflection (app), in as many processes as are wanted
     (workers).
"""

__all__ = ["app", "workers"]
