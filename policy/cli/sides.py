"""The rules that an argument names: a folder, a district, one version of it, or its draft."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from policy.cli.guard import CommandError
from policy.cli.language import say

DRAFT = "draft"
SIDE = say(
    "规则文件夹，或“地区代码@版本”“地区代码@draft”（不写版本为最新）",
    "a rules folder, or DISTRICT@VERSION, DISTRICT@draft (no version: the latest)",
)


class Meant(NamedTuple):
    """Rules of a folder: of every district, or of one, in one version or the latest (""), or its draft."""

    root: Path
    district: str = ""
    version: str = ""
    draft: bool = False


def meant_by(text: str, rules: Path) -> Meant:
    """What ``text`` names; districts are those of ``rules``. Raises ``CommandError`` (LNK903)."""
    folder = Path(text)
    if folder.is_dir() and (folder / "vocabulary.yaml").is_file():
        return Meant(folder)
    if text == DRAFT:
        return Meant(rules, draft=True)
    district, _, version = text.partition("@")
    if not district or "/" in text or (not version and folder.exists()):
        raise CommandError("LNK903", path=text)
    if version == DRAFT:
        return Meant(rules, district, draft=True)
    return Meant(rules, district, version)
