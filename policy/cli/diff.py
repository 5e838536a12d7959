"""``linkage diff``: what one version of a pack says otherwise than another, in the words of law."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from policy.cli.guard import CommandError
from policy.cli.options import (
    DEFAULT_RULES,
    DistrictOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    RulesOption,
)
from policy.cli.sides import SIDE, Meant, meant_by

if TYPE_CHECKING:
    from policy.decide.snapshot import District, Snapshot
    from policy.program.program import PackProgram
    from policy.review.difference.compared import Difference

OldArgument = Annotated[str, typer.Argument(metavar="OLD", help=SIDE)]
NewArgument = Annotated[str, typer.Argument(metavar="NEW", help=SIDE)]


class _Version(NamedTuple):
    district: District
    program: PackProgram


def diff(
    old: OldArgument,
    new: NewArgument,
    district: DistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.output import print_json
    from policy.review.difference.compared import differences
    from policy.review.difference.words import as_json
    from policy.review.wording import Wording

    pairs = _pairs(_versions(old, rules, district, lang), _versions(new, rules, district, lang))
    made = []
    for one, other in pairs:
        sides = [(version.program, Wording(version.district, lang)) for version in (one, other)]
        made.append((one, other, differences(*sides)))
    if output is Format.JSON:
        names = ((_name(one), _name(other), found) for one, other, found in made)
        compared = [{"old": one, "new": other, "differences": as_json(found)} for one, other, found in names]
        print_json({"compared": compared})
    else:
        for one, other, found in made:
            _show(one, other, found, lang)
    raise typer.Exit(int(any(found for _, _, found in made)))


def _versions(side: str, rules: Path, district: str | None, lang: str) -> dict[str, _Version]:
    """The versions that one side means, by district. Raises ``CommandError``."""
    from policy.cli.loading import load_usable, unknown_district

    meant = meant_by(side, rules)
    _, snapshot = load_usable(meant.root, lang, draft=meant.draft)
    wanted = meant.district or district
    if wanted is not None and wanted not in snapshot.districts:
        if meant.draft:
            raise CommandError("LNK421", district=wanted, allowed=", ".join(snapshot.districts))
        unknown_district(snapshot, wanted, lang)
    chosen = [wanted] if wanted is not None else list(snapshot.districts)
    return {code: _version(snapshot, code, meant) for code in chosen}


def _version(snapshot: Snapshot, code: str, meant: Meant) -> _Version:
    """The version that is meant of a district; none named: the latest, of drafts the last."""
    found = snapshot.districts[code]
    if meant.version and meant.version not in found.by_version:
        allowed = ", ".join(found.by_version)
        raise CommandError("LNK620", name=meant.version, district=code, allowed=allowed)
    if meant.version:
        return _Version(found, found.by_version[meant.version])
    drafts = [program for program in found.programs if program.pack.draft] if meant.draft else []
    return _Version(found, (drafts or found.programs)[-1])


def _pairs(old: dict[str, _Version], new: dict[str, _Version]) -> list[tuple[_Version, _Version]]:
    """Versions that are compared: of the same district; of two, where each side means just one.

    Raises ``CommandError`` (LNK810) where they have no district in common.
    """
    if len(old) == len(new) == 1:
        return list(zip(old.values(), new.values(), strict=True))
    shared = [code for code in new if code in old]
    if not shared:
        raise CommandError("LNK810", name=", ".join(old), allowed=", ".join(new))
    return [(old[code], new[code]) for code in shared]


def _name(version: _Version) -> str:
    return f"{version.district.code}@{version.program.pack.version}"


def _show(one: _Version, other: _Version, found: tuple[Difference, ...], lang: str) -> None:
    from policy.review.difference.words import CHANGES, by_bearer, counted, told
    from policy.text.terminal import show

    show(f"{_name(one)} → {_name(other)}")
    show(counted(found, lang), end="\n\n" if found else "\n")
    for text in told(found, lang):
        show(text, end="\n\n")
    separator = "、" if lang == "zh" else ", "
    for body, counts in by_bearer(found).items():
        words = [f"{CHANGES[change][lang == 'en']} {count}" for change, count in counts.items()]
        show(f"{body}{'：' if lang == 'zh' else ': '}{separator.join(words)}")
