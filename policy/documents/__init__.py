"""Official documents: cut into clauses, attached to packs, compared with them; a new pack's frame.

In: a document's text, and packs with their registers of clauses.
Out: clauses with ids and digests (cut), the verbatim words of clauses and what differs from a register
     (sources), the files of a new pack (scaffold).
"""

__all__ = ["cut", "scaffold", "sources"]
