"""The calls of the API: handlers, and what every call has around it.

In: requests over gRPC (malformed: also those that are none).
Out: answers (service, log_service) to those who may ask (gate), or a status with its reason and a line in
     the log (guard); the pages that say what holds for every call (pages).
"""

__all__ = ["entry", "gate", "guard", "log_service", "malformed", "pages", "refusing", "service"]
