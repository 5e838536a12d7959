"""Official documents, cut into clauses that a rule can cite and a reviewer can check.

    text -> lines -> lines of substance -> paragraphs -> zones -> outlines -> Document
            _text    _furniture            _paragraphs   _zones   _outline    _cut
            _pages                         _numbering             _inline

Each pass is frozen before the next begins, and every character of substance passes through to exactly
one unit. Form changes no clause and no digest: page furniture, where a line ends, how an item is printed.
Where that takes a guess, the document says so in a note.
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
