"""``linkage publish`` and ``linkage packs log``: what they do, and what they show."""

from __future__ import annotations

import getpass
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Root

from policy.bundle import Built, build, opened
from policy.cli.guard import CANNOT_RUN, CommandError
from policy.cli.language import say
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.review.mutation.trial import Verdict
from policy.text.characters import printable
from policy.text.terminal import show
from server.commands.bundling import coded, told
from server.publishing import desk as work
from server.publishing import keys
from server.publishing.checking import checked
from server.publishing.desk import Proposal, Waiting
from server.publishing.errors import PublishingError
from server.publishing.history import history, publication
from server.publishing.persons import Terms, desk_of, persons_of, terms_of
from server.publishing.record import TARGET, Record, Sort, percent_of
from server.publishing.repository import Repository, put

_LARGEST_PASSPHRASE = 4096


def make_key(name: str, base: Path, passphrase: Path | None, lang: str) -> None:
    """Makes a key and writes both files; none that is there is written over."""
    paths = [base.with_name(f"{base.name}{ending}") for ending in (".key", ".pub")]
    with coded("", lang):
        for path in paths:
            if path.exists():
                raise PublishingError("LNK454", path=str(path), reason=keys.TAKEN)
        private, public = keys.made(name, _passphrase(passphrase, twice=True))
        put(paths[0], private, private=True)
        put(paths[1], public)
    zh = f"{paths[0]}：私钥，只归本人，另存一份\n{paths[1]}：公钥，交给发布库"
    en = f"{paths[0]}: yours alone; keep a copy\n{paths[1]}: for the repository"
    show(zh if lang == "zh" else en)


def begin(
    path: Path, persons: Sequence[Path], desk: Path | None, terms: Mapping[str, Any], lang: str
) -> None:
    """A first list of keys waits for two signatures."""
    if desk is None or len(persons) < 2:
        detail = say("--person 至少两个，--desk 一个", "two --person at least, and a --desk")
        raise CommandError("LNK906", command="linkage publish init", detail=detail)
    with coded("", lang):
        people = [keys.read_public(one) for one in persons]
        asked = Terms()._replace(**_given(terms))
        work.begin(Repository(path), people, keys.read_public(desk), asked, _now())
    status(path, lang)


def change(
    path: Path,
    add: Sequence[Path],
    remove: Sequence[str],
    desk: Path | None,
    terms: Mapping[str, Any],
    lang: str,
) -> None:
    """Another list of keys waits."""
    given = _given(terms)
    if not (add or remove or desk or given):
        detail = say(
            "写明要换什么：--add、--remove、--desk、--floor……", "say what: --add, --remove, --desk …"
        )
        raise CommandError("LNK906", command="linkage publish keys", detail=detail)
    with coded("", lang):
        new = [keys.read_public(one) for one in add]
        other = None if desk is None else keys.read_public(desk)
        work.change(Repository(path), new, remove, other, given, _now())
    status(path, lang)


def propose(
    path: Path,
    rules: Path,
    wish: Proposal,
    key: Path,
    passphrase: Path | None,
    without_drafts: bool,
    jobs: int,
    lang: str,
) -> None:
    """Checks and tests the rules, then has their bundle wait, signed by the author."""
    with coded(f"{rules}/", lang):
        store, signer = Repository(path), _signer(key, passphrase)
        built = build(rules)
        if built.drafts and not without_drafts:
            raise PublishingError("LNK476", folders="、".join(one.folder for one in built.drafts))
        _propose(store, rules, built, wish, signer, jobs)
    status(path, lang)


def back(
    path: Path, number: int, wish: Proposal, key: Path, passphrase: Path | None, jobs: int, lang: str
) -> None:
    """Has what was published before wait again, as a publication of its own."""
    with coded("", lang), tempfile.TemporaryDirectory() as folder:
        store, signer = Repository(path), _signer(key, passphrase)
        last = store.state().now
        if last is None or number >= last.number:
            before = 0 if last is None else last.number - 1
            detail = say(f"可以退回的只有第 1 至 {before} 次", f"those before it are 1 to {before}")
            if before < 1:
                detail = say("还没有可以退回的发布", "there is no publication to go back to")
            raise CommandError("LNK906", command="linkage publish back", detail=detail)
        found = opened(store.bundle(publication(store, number).target))
        for name, text in found.texts.items():
            put(Path(folder, name), text.encode())
        _propose(store, Path(folder), build(Path(folder)), wish, signer, jobs)
    status(path, lang)


def _propose(
    store: Repository, rules: Path, built: Built, wish: Proposal, signer: CryptoSigner, jobs: int
) -> None:
    terms = terms_of(store.roots()[-1].signed)
    work.check_wish(store, built, wish, signer)  # before what takes minutes
    results = checked(rules, built, terms, store.results, jobs or os.cpu_count() or 1, _watched)
    work.propose(store, built, results, wish, signer, _now())


def sign(path: Path, key: Path, passphrase: Path | None, yes: bool, lang: str) -> None:
    """Shows what waits, asks, and signs it."""
    with coded("", lang):
        store = Repository(path)
        found = work.waiting(store)
        if found is None:
            raise PublishingError("LNK469")
        _show_waiting(store, found, lang)
        if not yes:
            typer.confirm(say("签署？", "Sign it?"), abort=True)
        found = work.sign(store, _signer(key, passphrase))
    _show_missing(found, lang)


def issue(path: Path, key: Path, passphrase: Path | None, lang: str) -> None:
    """What waits, and is signed, counts from now on."""
    with coded("", lang):
        made = work.issue(Repository(path), _signer(key, passphrase), _now())
    if made is not None:
        zh = f"第 {made.number} 次发布已签发：{made.digest}"
        show(zh if lang == "zh" else f"publication {made.number} is issued: {made.digest}")
    status(path, lang)


def refresh(path: Path, key: Path, passphrase: Path | None, lang: str) -> None:
    """What is published stays fresh."""
    with coded("", lang):
        until = work.refresh(Repository(path), _signer(key, passphrase), _now())
    show(f"有效至 {_moment(until)}" if lang == "zh" else f"fresh until {_moment(until)}")


def withdraw(path: Path, yes: bool, lang: str) -> None:
    """Nothing waits any more."""
    with coded("", lang):
        store = Repository(path)
        found = work.waiting(store)
        if found is None:
            raise PublishingError("LNK469")
        _show_waiting(store, found, lang)
        if not yes:
            typer.confirm(say("撤回？", "Withdraw it?"), abort=True)
        work.withdraw(store)


def status(path: Path, lang: str) -> None:
    """Whose keys there are, what is published until when, and what waits for whom."""
    with coded("", lang):
        store = Repository(path)
        found = work.waiting(store)
        state = store.state() if store.begun or found is None else None
        zh = lang == "zh"
        if state is not None:
            _show_root(state.root.signed, lang)
        now = None if state is None else state.now
        if state is not None and state.timestamp is not None and now is not None:
            until = _moment(state.timestamp.signed.expires)
            head = (
                f"第 {now.number} 次发布，有效至 {until}"
                if zh
                else f"publication {now.number}, fresh until {until}"
            )
            show(head)
            show(f"  {now.digest}")
        if found is not None:
            _show_waiting(store, found, lang)
            _show_missing(found, lang)


def log(path: Path, lang: str, output: Format) -> None:
    """Every publication, newest first: what, who, when."""
    with coded("", lang):
        entries = history(Repository(path))
    if output is Format.JSON:
        found = [
            {
                "number": each.publication.number,
                "issued_at": each.issued_at,
                "bundle": each.publication.digest,
                "signed_by": list(each.publication.signed),
                **each.publication.record.plain(),
            }
            for each in entries
        ]
        print_json({"publications": found})
        return
    if not entries:
        show("还没有发布过" if lang == "zh" else "nothing has been published")
    for place, each in enumerate(entries):
        before = entries[place + 1].publication.record if place + 1 < len(entries) else None
        number, when = each.publication.number, told(each.issued_at)
        show(f"第 {number} 次  {when}" if lang == "zh" else f"publication {number}  {when}")
        show(f"  {each.publication.digest}")
        _show_record(each.publication.record, before, lang)


def _show_root(root: Root, lang: str) -> None:
    names, terms = "、".join(sorted(persons_of(root).values())), terms_of(root)
    desk = keys.holder(root.keys[desk_of(root)])
    places = str(terms.places or ("全部" if lang == "zh" else "all"))
    zh = (
        f"密钥名单第 {root.version} 版：{names}；发布台：{desk}\n"
        f"  测试至少发现 {terms.floor:g} % 的改动（每地区试 {places} 处），签发后 {terms.fresh_days} 天内有效"
    )
    en = (
        f"list of keys, version {root.version}: {names}; desk: {desk}\n"
        f"  tests notice {terms.floor:g} % of changes ({places} a district); fresh: {terms.fresh_days} days"
    )
    show(printable_each(zh if lang == "zh" else en))


def _show_waiting(store: Repository, found: Waiting, lang: str) -> None:
    record = found.record
    if record is None:
        show("等待签署：" if lang == "zh" else "waits to be signed:")
        _show_root(found.metadata.signed, lang)
        return
    number = found.metadata.signed.version
    show(f"等待签署：第 {number} 次发布" if lang == "zh" else f"waits to be signed: publication {number}")
    target = found.metadata.signed.targets[TARGET]
    show(f"  {target.hashes['sha256']}")
    now = store.state().now
    _show_record(record, None if now is None else now.record, lang)


def _show_missing(found: Waiting, lang: str) -> None:
    signed = "、".join(found.signed) or "—"
    if found.complete:
        zh, en = f"已签署：{signed}；可以签发", f"signed by {signed}; it can be issued"
    elif found.record is None:
        of = "、".join(found.missing)
        zh, en = f"已签署：{signed}；还要其中的人：{of}", f"signed by {signed}; more of: {of}"
    else:
        of = "、".join(found.missing)
        zh, en = f"已签署：{signed}；还缺：{of}", f"signed by {signed}; missing: {of}"
    show(printable(zh if lang == "zh" else en))


def _show_record(record: Record, before: Record | None, lang: str) -> None:
    zh = lang == "zh"
    reviewer = record.reviewer or "—"
    people = (
        f"  起草 {record.author}，审核 {reviewer}，批准 {record.approver}；{told(record.proposed_at)} 提出"
        if zh
        else f"  by {record.author}, reviewed by {reviewer}, approved by {record.approver}; "
        f"proposed {told(record.proposed_at)}"
    )
    show(printable(people))
    if record.sort is Sort.BACK:
        show("  退回以前的内容" if zh else "  back to what was published before")
    if record.reason:
        show(printable(f"  理由：{record.reason}" if zh else f"  why: {record.reason}"))
    known = {(d, v): digest for d, v, _, digest in before.packs} if before else {}
    for district, version, since, digest in record.packs:
        was = known.pop((district, version), "")
        what = ("未变", "same") if was == digest else ("改动", "changed") if was else ("新增", "new")
        show(printable(f"    {district} {version}  {since or '—'}  {what[0 if zh else 1]}"))
    for district, version in known:
        show(printable(f"    {district} {version}  {'不再有' if zh else 'gone'}"))
    for district, found in record.results["mutation"].items():
        tests = record.results["tests"].get(district, 0)
        share, tried, places = percent_of(found), found["tried"], found["places"]
        text = (
            f"    {district}：测试 {tests} 项通过，发现 {share} % 的改动（试 {tried}/{places} 处）"
            if zh
            else f"    {district}: {tests} tests pass, {share} % of changes noticed ({tried} of {places})"
        )
        show(printable(text))


def _signer(path: Path, passphrase: Path | None) -> CryptoSigner:
    return keys.read_private(path, _passphrase(passphrase))


def _passphrase(path: Path | None, twice: bool = False) -> str:
    """The passphrase of a file's first line, or asked for. Raises ``PublishingError`` (LNK463)."""
    if path is not None:
        try:
            with path.open(encoding="utf-8") as file:
                return file.read(_LARGEST_PASSPHRASE).partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise PublishingError("LNK454", path=str(path), reason=keys.NOT_THERE) from error
    if sys.stdin is None or not sys.stdin.isatty():
        raise PublishingError("LNK463")
    given = getpass.getpass(say("口令：", "Passphrase: "))
    if twice and getpass.getpass(say("再输一次：", "Again: ")) != given:
        show(say("两次不一样", "They differ"), stream=sys.stderr)
        raise typer.Exit(CANNOT_RUN)
    return given


def _watched(made: Iterator[tuple[int, Verdict]], count: int, code: str) -> Iterator[tuple[int, Verdict]]:
    """The verdicts, with a bar on standard error while somebody watches."""
    if not sys.stderr.isatty():
        yield from made
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(made, total=count, description=code, console=Console(stderr=True), transient=True)


def _given(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if value is not None}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _moment(moment: datetime) -> str:
    return told(work.moment_text(moment))


def printable_each(text: str) -> str:
    """Lines, each made printable."""
    return "\n".join(printable(line) for line in text.split("\n"))
