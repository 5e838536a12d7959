"""The facts of a case, in the one form that rules read, at every moment of the case.

In: a case as YAML or JSON (parsing) or as the message.
Out: a view with every field in its place (reading, views), or every violation at once; the view in canonical
     form (canonical: states, periods, answers) with what was derived from what (findings); the view of each
     moment (timeline); what the fields are called (labels); a case written back (writing).
"""

__all__ = [
    "answers",
    "canonical",
    "findings",
    "labels",
    "parsing",
    "periods",
    "reader_code",
    "reading",
    "states",
    "timeline",
    "views",
    "writing",
]
