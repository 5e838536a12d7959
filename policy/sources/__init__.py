"""Official documents that an operator attaches to packs, so that answers can quote them.

    file --reading--> text --policy.document--> clauses --comparing--> what differs from a pack's register
                                                   |
    sources folder  <--folder.attach--  text and manifest
    sources folder  --folder.read_sources-->  Sources: the words of each clause whose digest is the register's

The documents stay outside the repository and outside every digest: no decision depends on them.
"""

from policy.sources.comparing import Comparison, Difference, compare
from policy.sources.folder import NO_SOURCES, Sources, attach, read_sources
from policy.sources.reading import OfficialText, official_text, read_official_text

__all__ = [
    "NO_SOURCES",
    "Comparison",
    "Difference",
    "OfficialText",
    "Sources",
    "attach",
    "compare",
    "official_text",
    "read_official_text",
    "read_sources",
]
