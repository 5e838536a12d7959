"""Listening for HTTP: an address on which an ASGI application is served, inside the server's own loop.

In: an address, an application, TLS files, limits.
Out: connections (connection) of one listener (listener), which is started, counted and drained; whoever sends
     too much, too slowly, or what is no HTTP is refused here (refusals), before any application sees it.

HTTP/1.1 is spoken by uvicorn with llhttp, the parser of Node.js. HTTP/2 is left to gRPC's own port and to
whatever proxy stands before this one.
"""

__all__ = ["ConnectionLimits", "ListenError", "Listener", "address_of", "listening"]

from server.listening.addresses import ListenError, address_of
from server.listening.connection import ConnectionLimits
from server.listening.listener import Listener, listening
