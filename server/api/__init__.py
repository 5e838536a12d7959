"""The calls of the API: handlers, and what every call has around it.

In: requests over gRPC (malformed: also those that are none).
Out: answers (service, case_service, assessment_service, vocabulary_service, log_service, server_service) to
     those who may ask (gate), no larger than they receive (room), or a status with its reason and a line in
     the log (guard); the pages that say what holds for every call (pages).
"""

__all__ = [
    "assessment_service",
    "batch",
    "case_requests",
    "case_service",
    "entry",
    "gate",
    "guard",
    "log_service",
    "malformed",
    "packs",
    "pages",
    "refusing",
    "register_answers",
    "room",
    "server_service",
    "service",
    "vocabulary_service",
]
