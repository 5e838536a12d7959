"""Official documents that an operator attaches to packs, so that answers can quote them.

    file --reading--> text --policy.documents.cut--> clauses --comparing--> what differs from a register
                                                        |
    sources folder  <--folder.attach--  text and manifest
    sources folder  --folder.read_sources-->  Sources: the words of each clause whose digest is the register's
    Sources, packs  --numbers.check_numbers-->  faults: what a pack says in numbers and its clauses do not

The documents stay outside the repository and outside every digest: no decision depends on them.
"""

from policy.documents.sources.comparing import Comparison, Difference, compare
from policy.documents.sources.folder import NO_SOURCES, Sources, attach, read_sources
from policy.documents.sources.numbers import check_numbers
from policy.documents.sources.reading import OfficialText, official_text, read_official_text

__all__ = [
    "NO_SOURCES",
    "Comparison",
    "Difference",
    "OfficialText",
    "Sources",
    "attach",
    "check_numbers",
    "compare",
    "official_text",
    "read_official_text",
    "read_sources",
]
