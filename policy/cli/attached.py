"""The sources folder as an option, and the documents in it that a command quotes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.language import say

if TYPE_CHECKING:
    from policy.decide.snapshot import District
    from policy.documents.sources import Sources
    from policy.pack.model import Pack

DEFAULT_SOURCES = Path("sources")

SourcesOption = Annotated[
    Path,
    typer.Option(
        "--sources",
        envvar="LINKAGE_SOURCES",
        help=say("存放接入原文的文件夹", "folder of the attached documents"),
    ),
]


def sources_of_district(folder: Path, district: District, lang: str) -> Sources:
    """The documents attached to a district's versions; what is wrong with one is shown on standard error."""
    return sources_of(folder, [program.pack for program in district.programs], lang)


def sources_of(folder: Path, packs: Iterable[Pack], lang: str) -> Sources:
    """The documents attached to ``packs``; what is wrong with one is shown on standard error."""
    from policy.documents.sources import read_sources
    from policy.text.diagnostics import Faults
    from policy.text.terminal import print_faults

    faults = Faults()
    found = read_sources(folder, packs, faults)
    print_faults(faults, lang, f"{folder}/")
    return found
