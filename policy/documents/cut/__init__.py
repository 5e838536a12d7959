"""Official documents, cut into clauses that a rule can cite and a reviewer can check.

    text -> lines -> paragraphs -> zones -> outlines -> Document
            _text    _paragraphs   _zones   _outline    _cut

Each pass is frozen before the next begins, and every character of substance passes through to exactly
one unit.
"""

from policy.documents.cut._cut import LONGEST_DOCUMENT, cut
from policy.documents.cut._model import ClauseText, Document, DocumentError, Note, NoteCode
from policy.documents.cut._text import digest, normalise

__all__ = [
    "LONGEST_DOCUMENT",
    "ClauseText",
    "Document",
    "DocumentError",
    "Note",
    "NoteCode",
    "cut",
    "digest",
    "normalise",
]
