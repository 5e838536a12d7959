"""HTTP: every method of the services for callers who have no gRPC, in JSON and in the Connect protocol.

In: requests over HTTP (request), on a listener of ``server.listening``.
Out: the methods (methods) at the paths that their schemas give them (rest, templates, query), and by their
     names (connect); each call passes the same gate and guard as gRPC's (calls, context, bodies). What is no
     call at all is refused like one (door, answers). Beside the calls: a page, and what describes them all to
     programs (pages, openapi, schemas, examples).
"""

__all__ = ["Door", "Methods", "pages_of"]

from server.http.door import Door
from server.http.methods import Methods
from server.http.pages import pages_of
