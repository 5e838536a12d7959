"""The facts of a case, as a view that rules read.

In: a case as YAML or JSON (parsing) or as the message.
Out: a view with every field in its place (reading, views), or every violation at once; what its fields are
     called (labels) and when things were (moments).
"""

__all__ = ["labels", "moments", "parsing", "reader_code", "reading", "views"]
