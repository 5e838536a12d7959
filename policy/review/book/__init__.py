"""A version of a pack as a book for people who read no YAML: read, looked at, signed.

In: a version, its document where it is attached, results of its rule tests and of their mutation.
Out: the book as an HTML page, a PDF or a Word document, in Chinese or English.

    making      PackProgram, results --book_of--> Book
    model       what a book is: sentences, figures, tables; of no format
    rules       the rules of a clause: what they have in common is said once
    counting    how a due time was counted, day by day or hour by hour, as cells in a row
    stories     rule tests as stories: given, when, then who owes what by when
    matrix      departments x clauses
    measures    what the tests cover, and how many changes of the rules they notice
    words       titles and labels
    page        Book --> HTML (pack.html.j2), with the figures as SVG
    printing    HTML --> PDF (WeasyPrint, an extra)
    word        Book --> .docx (python-docx, an extra)
"""

__all__ = ["Book", "book_of", "measures", "page", "printing", "word"]

from policy.review.book.making import book_of
from policy.review.book.model import Book
