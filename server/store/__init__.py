"""What the service keeps: the decision log, the rules its decisions were made under, and the register.

In: logged decisions, the texts of rules, recorded cases.
Out: the same again, whenever they are asked for.

SQLite embedded in the process (WAL, synchronous=FULL) by default, PostgreSQL for several machines. Tables and
queries are SQLAlchemy Core; what differs between the two is in ``database`` and ``postgresql``, ``dialects``
has the statements that they spell differently.
"""

__all__ = [
    "archive",
    "backup",
    "database",
    "decisions",
    "errors",
    "failures",
    "files",
    "ledger",
    "metadata",
    "migrate",
    "readonly",
    "record",
    "register",
    "rows",
    "tree",
    "turns",
]
