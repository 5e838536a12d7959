"""Contacts: the liaison officers that a district's document has its bodies name, and when each was in office.

In: who takes office, leaves or is to be forgotten; lists in the shape of the documents' annexes (.xlsx).
Out: who is to be called at a moment; the same lists; and, in the transaction of each change, how many
     contacts a body has as events of the district's own file, by key and without a name: the rules of the
     district say there whether that is enough.

    contact     a contact, its person, its time in office
    sealing     a person, encrypted under a key of the log's keys
    offices     what may be: kinds, posts, overlaps, telephone numbers
    telling     contacts -> the events that tell of them, and the entries that bring these up to date
    keeping     the tables
    book        the changes, each in one transaction with the district's own file
    columns     the columns of lists, as the annexes print them
    reading     .xlsx -> cells, within limits, with what is wrong told by sheet and cell
    importing   cells -> contacts, all or nothing
    exporting   contacts -> .xlsx

Personal data is here and nowhere else: no log, metric, error, notice or case holds any.
"""

__all__ = [
    "book",
    "columns",
    "contact",
    "exporting",
    "importing",
    "keeping",
    "offices",
    "reading",
    "sealing",
    "telling",
]
