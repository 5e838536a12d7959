"""``linkage bundle``: made, looked into, made again from its own rules and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy.bundle import BundleError, Manifest, opened, rebuilt
from policy.bundle import build as built_of
from policy.bundle.archive import MAX_BYTES
from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json, write_bytes
from policy.text.characters import printable
from policy.text.diagnostics import PackError, Severity
from policy.text.source import os_reason
from policy.text.terminal import print_faults, show
from policy.time.moment import moment_text, parse_moment
from server.publishing.errors import PublishingError
from server.publishing.history import history
from server.publishing.repository import Repository


@contextmanager
def coded(rules: str, lang: str) -> Iterator[None]:
    """What is refused, as coded messages."""
    try:
        yield
    except PackError as error:
        print_faults([item for item in error.faults if item.severity is Severity.ERROR], lang, rules)
        raise CommandError("LNK907") from error
    except PublishingError as error:
        raise CommandError(error.code, error.suggestion, "", **error.details) from error
    except BundleError as error:
        raise CommandError(error.code, "", "", **error.details) from error


def build(rules: Path, out: Path, lang: str) -> None:
    """Makes a bundle, says what it is, and tells of drafts that are not in it."""
    with coded(f"{rules}/", lang):
        made = built_of(rules)
    write_bytes(made.data, out)
    show(made.digest)
    show_packs(made.manifest, lang)
    for one in made.drafts:
        zh, en = f"草案 {one.folder} 不在内", f"draft {one.folder} is not in it"
        show(printable(zh if lang == "zh" else en))


def show_bundle(file: Path, lang: str, output: Format) -> None:
    """What is in a bundle, whoever made it."""
    with coded("", lang):
        found = opened(_bytes(file))
    if output is Format.JSON:
        manifest = found.manifest
        packs = [pack._asdict() for pack in manifest.packs]
        said = {"digest": found.digest, "snapshot": manifest.snapshot, "engine": manifest.engine}
        print_json({**said, "packs": packs, "programs": manifest.programs, "files": dict(manifest.files)})
        return
    show(found.digest)
    show_packs(found.manifest, lang)


def verify(file: Path, store: Path | None, lang: str) -> None:
    """Whether a bundle is what its rules make; ``store``: which publication of a repository it is."""
    with coded("", lang):
        found = opened(_bytes(file))
        rebuilt(found)
        entries = [] if store is None else history(Repository(store))
    zh = (
        "完好：规则、程序与清单相符"
        if found.manifest.own_release
        else "规则与清单相符；程序是另一版软件生成的"
    )
    en = (
        "sound: rules, programs and manifest agree"
        if found.manifest.own_release
        else "rules and manifest agree; its programs are of another release"
    )
    show(found.digest)
    show(zh if lang == "zh" else en)
    if store is None:
        return
    mine = [each for each in entries if each.publication.digest == found.digest]
    for each in mine:
        number, names = each.publication.number, "、".join(each.publication.signed)
        when = told(each.issued_at)
        zh = f"第 {number} 次发布，{when}，签署：{names}"
        show(printable(zh if lang == "zh" else f"publication {number}, {when}, signed by {names}"))
    if not mine:
        show("没有发布过" if lang == "zh" else "never published")
        raise SystemExit(1)


def show_packs(manifest: Manifest, lang: str) -> None:
    """A line for each version of a pack."""
    for pack in manifest.packs:
        days = f"{pack.effective_from or '—'}–{pack.effective_to}"
        counts = (
            f"规则 {pack.rules}，条款 {pack.clauses}"
            if lang == "zh"
            else f"rules: {pack.rules}, clauses: {pack.clauses}"
        )
        show(printable(f"  {pack.district} {pack.version}  {days}  {counts}  {pack.title}"))


def told(moment: str) -> str:
    """A moment of a record in Shanghai's time."""
    return moment_text(parse_moment(moment)) if moment else "—"


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError("LNK902", path=str(path), reason=os_reason(error)) from error
