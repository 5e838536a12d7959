"""What is done with a repository: begun, proposed to, signed, issued, kept fresh.

begin, change   a root of these persons waits to be signed by two of them
propose         a bundle waits, signed by its author, for those whom its record names
sign            one more signature for what waits
issue           what waits, and is signed, becomes what servers take
refresh         what is there stays fresh for some days more

Each step is made on whatever machine the person has, on the same folder, carried from one to the next.
Moments are arguments, in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from policy.bundle import Built, Manifest, opened, rebuilt
from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.keys import holder
from server.publishing.persons import (
    LEAST,
    Terms,
    desk_of,
    new_root,
    persons_of,
    sound,
    terms_of,
)
from server.publishing.record import (
    TARGET,
    Approved,
    Record,
    Sort,
    approved,
    check_persons,
    digest_of,
    record_of,
)
from server.publishing.repository import Repository, State, put, read_metadata, text_of

ISSUED_AT = "x-linkage-issued-at"
"""The field of the snapshot's metadata that says when each publication was issued; the desk signs it."""

YEARS = timedelta(days=5 * 365)
"""How long what persons sign holds, unless something newer is issued."""

_ROOT = Words("密钥名单（root）", "a list of keys (root)")
_BUNDLE = Words("规则包的发布", "a publication of rules")
_STALE = Words("是在另一次发布以前提出的", "it was proposed before another publication")
_NOT_BY_AUTHOR = Words("没有起草人的有效签名", "it has no valid signature of its author")
_NO_PERSON = Words("这个发布库里的任何个人", "a person of this repository")
_DESK = Words("发布台", "the desk")


class Waiting(NamedTuple):
    """What waits for signatures: the metadata, who signed, who is to; any of them, where it is a root."""

    metadata: Metadata[Any]
    signed: tuple[str, ...]
    missing: tuple[str, ...]
    complete: bool

    @property
    def record(self) -> Record | None:
        """What is said of the bundle; None where it is a root."""
        found = self.metadata.signed
        return record_of(found.targets[TARGET]) if isinstance(found, Targets) else None


class Proposal(NamedTuple):
    """What an author says of a bundle. ``again``: the bundle may be the newest one already."""

    approver: str
    reviewer: str = ""
    reason: str = ""
    sort: Sort = Sort.NEW
    again: bool = False


# ---- roots


def begin(store: Repository, persons: Sequence[Key], desk: Key, terms: Terms, now: datetime) -> None:
    """A first root waits. Raises ``PublishingError``: LNK457, LNK458."""
    if store.begun:
        raise PublishingError("LNK457", what=_ROOT)
    _nothing_waits(store)
    root = new_root(persons, desk, terms, 1, now + YEARS)
    put(store.waiting / "root.json", text_of(root))


def change(
    store: Repository,
    add: Sequence[Key],
    remove: Sequence[str],
    desk: Key | None,
    terms: Mapping[str, Any],
    now: datetime,
) -> None:
    """The next root waits: persons added and removed, perhaps another desk, other ``terms``."""
    _nothing_waits(store)
    before = store.roots()[-1].signed
    names = persons_of(before)
    for name in remove:
        if name not in names.values():
            raise PublishingError("LNK461", name=name, allowed="、".join(sorted(names.values())))
    kept = [before.keys[keyid] for keyid, name in names.items() if name not in remove]
    root = new_root(
        (*kept, *add),
        desk or before.keys[desk_of(before)],
        terms_of(before)._replace(**terms),
        before.version + 1,
        now + YEARS,
    )
    put(store.waiting / "root.json", text_of(root))


# ---- publications


def propose(
    store: Repository,
    built: Built,
    results: Mapping[str, Any],
    wish: Proposal,
    author: CryptoSigner,
    now: datetime,
) -> Waiting:
    """A bundle waits, signed by its author. Raises ``PublishingError``: LNK457, LNK459, LNK461, LNK466,
    LNK467 (it goes back), LNK475."""
    state = check_wish(store, built, wish, author)
    name, before = _person(author, state.root.signed), state.now
    record = Record(
        wish.sort,
        name,
        wish.reviewer,
        wish.approver,
        wish.reason,
        moment_text(now),
        "" if before is None else digest_of(store.targets_bytes(before.number)),
        built.manifest.snapshot,
        tuple((p.district, p.version, p.effective_from, p.digest) for p in built.manifest.packs),
        results,
    )
    target = TargetFile.from_data(TARGET, built.data, ["sha256"])
    target.unrecognized_fields["custom"] = record.plain()
    number = 1 if before is None else before.number + 1
    metadata = Metadata(Targets(version=number, expires=now + YEARS, targets={TARGET: target}))
    metadata.sign(author)
    put(store.waiting / TARGET, built.data)
    put(store.waiting / "targets.json", text_of(metadata))
    return _waiting(metadata, state)


def check_wish(store: Repository, built: Built, wish: Proposal, author: CryptoSigner) -> State:
    """Whether a bundle may be proposed so, whatever its tests say; what the repository says now."""
    _nothing_waits(store)
    state = store.state()
    root = state.root.signed
    check_persons(_person(author, root), wish.approver, wish.reviewer, persons_of(root))
    before = state.now
    if before is not None:
        _goes_on(store, before, built.manifest, built.digest, wish)
    return state


def _goes_on(store: Repository, before: Approved, found: Manifest, digest: str, wish: Proposal) -> None:
    """Whether a bundle goes on from what was published before it."""
    if digest == before.digest and not wish.again:
        raise PublishingError("LNK466", number=str(before.number))
    if wish.sort is Sort.BACK or digest == before.digest:
        return
    for number in range(before.number - 1, 0, -1):
        earlier = store.targets(number).signed.targets[TARGET]
        if earlier.hashes.get("sha256") == digest:
            told = Words(f"它就是第 {number} 次发布的", f"it is what publication {number} was")
            raise PublishingError("LNK467", what=told)
    there = {(pack.district, pack.version) for pack in found.packs}
    missing = [
        f"{district} {version}"
        for district, version, _, _ in before.record.packs
        if (district, version) not in there
    ]
    if missing:
        listed = "、".join(missing)
        raise PublishingError("LNK467", what=Words(f"缺少已发布的 {listed}", f"{listed} is missing"))


def waiting(store: Repository) -> Waiting | None:
    """What waits for signatures, if anything does. Raises ``PublishingError`` (LNK456) for no repository."""
    for name, kind in (("root.json", Root), ("targets.json", Targets)):
        path = store.waiting / name
        if path.is_file():
            state = store.state() if store.begun else None
            return _waiting(read_metadata(path, kind), state)
    if not store.begun:
        raise PublishingError("LNK456", path=str(store.path))
    return None


def _waiting(metadata: Metadata[Any], state: State | None) -> Waiting:
    if isinstance(metadata.signed, Root):
        before = None if state is None else state.root
        result = metadata.signed.get_root_verification_result(
            None if before is None else before.signed, metadata.signed_bytes, metadata.signatures
        )
        signed = tuple(sorted({holder(key) for key in result.signed.values()}))
        others = tuple(sorted({holder(key) for key in result.unsigned.values()} - set(signed)))
        return Waiting(metadata, signed, others, bool(result))
    if state is None:
        raise PublishingError("LNK456", path="metadata")
    targets: Targets = metadata.signed
    found = state.root.signed.get_verification_result(
        Targets.type, metadata.signed_bytes, metadata.signatures
    )
    record = record_of(targets.targets[TARGET])
    signed = tuple(sorted(holder(key) for key in found.signed.values()))
    missing = tuple(name for name in record.named if name not in signed)
    return Waiting(metadata, signed, missing, not missing and len(signed) >= LEAST)


def sign(store: Repository, signer: CryptoSigner) -> Waiting:
    """One more signature. A bundle is made again from its own rules before, and its author's signature
    looked at. Raises ``PublishingError``: LNK469, LNK470, LNK475, LNK480; ``BundleError``, ``PackError``."""
    found = waiting(store)
    if found is None:
        raise PublishingError("LNK469")
    state = store.state() if store.begun else None
    record = found.record
    if record is None:
        new: Root = found.metadata.signed
        known = persons_of(new) | ({} if state is None else persons_of(state.root.signed))
        name = known.get(signer.public_key.keyid, "")
        may = bool(name)
    else:
        if state is None:
            raise PublishingError("LNK456", path=str(store.path))
        _check_proposed(store, found, state)
        name = persons_of(state.root.signed).get(signer.public_key.keyid, "")
        may = name in record.named
    if not may:
        raise PublishingError("LNK475", what=_NO_PERSON if record is None or not name else _named(record))
    if name in found.signed:
        raise PublishingError("LNK480", name=name)
    found.metadata.sign(signer, append=True)
    file = "root.json" if record is None else "targets.json"
    put(store.waiting / file, text_of(found.metadata))
    return _waiting(found.metadata, state)


def _named(record: Record) -> Words:
    names = "、".join(record.named)
    return Words(f"这次发布写明的 {names}", f"{names}, whom this publication names")


def _check_proposed(store: Repository, found: Waiting, state: State) -> None:
    """Whether a proposed bundle is what its record says, goes on from what is there, and has its author's
    signature."""
    record = found.record
    targets: Targets = found.metadata.signed
    before = state.now
    previous = "" if before is None else digest_of(store.targets_bytes(before.number))
    if record is None or record.previous != previous:
        raise PublishingError("LNK470", file="waiting/targets.json", reason=_STALE)
    if targets.version != (1 if before is None else before.number + 1):
        raise PublishingError("LNK470", file="waiting/targets.json", reason=_STALE)
    if record.author not in found.signed:
        raise PublishingError("LNK470", file="waiting/targets.json", reason=_NOT_BY_AUTHOR)
    rebuilt(opened(store.proposed(targets.targets[TARGET])))


def issue(store: Repository, desk: CryptoSigner, now: datetime) -> Approved | None:
    """What waits counts from now on; the publication, None where it is a root. Raises ``PublishingError``:
    LNK462 (who has not signed), LNK469, LNK470, LNK475, LNK477."""
    found = waiting(store)
    if found is None:
        raise PublishingError("LNK469")
    if not found.complete:
        raise PublishingError("LNK462", names="、".join(found.missing))
    if isinstance(found.metadata.signed, Root):
        _issue_root(store, found.metadata, desk, now)
        return None
    state = store.state()
    root = state.root.signed
    _by_desk(desk, root)
    _check_proposed(store, found, state)
    made = approved(root, found.metadata)
    store.put_bundle(made.digest, store.proposed(made.target))
    store.put(f"{made.number}.targets.json", found.metadata)
    issued = {} if state.snapshot is None else dict(state.snapshot.signed.unrecognized_fields[ISSUED_AT])
    issued[str(made.number)] = moment_text(now)
    _fresh(store, state, made.number, issued, desk, now)
    withdraw(store)
    return made


def _issue_root(store: Repository, root: Metadata[Root], desk: CryptoSigner, now: datetime) -> None:
    _by_desk(desk, root.signed)
    state = store.state() if store.begun else None
    if state is not None and not sound(root, state.root):
        raise PublishingError("LNK462", names="")
    if state is not None and state.targets is not None:
        try:
            approved(root.signed, state.targets)
        except PublishingError as error:
            gone = sorted(set(persons_of(state.root.signed).values()) - set(persons_of(root.signed).values()))
            raise PublishingError("LNK477", names="、".join(gone)) from error
    store.put(f"{root.signed.version}.root.json", root)
    if state is not None and state.targets is not None and state.snapshot is not None:
        issued = dict(state.snapshot.signed.unrecognized_fields[ISSUED_AT])
        later = state._replace(roots=(*state.roots, root))
        _fresh(store, later, state.targets.signed.version, issued, desk, now)
    withdraw(store)


def refresh(store: Repository, desk: CryptoSigner, now: datetime) -> datetime:
    """The newest publication stays fresh; until when. Raises ``PublishingError``: LNK469 where there is none,
    LNK475."""
    state = store.state()
    if state.targets is None or state.snapshot is None:
        raise PublishingError("LNK469")
    _by_desk(desk, state.root.signed)
    issued = dict(state.snapshot.signed.unrecognized_fields[ISSUED_AT])
    return _fresh(store, state, state.targets.signed.version, issued, desk, now)


def _fresh(
    store: Repository,
    state: State,
    number: int,
    issued: Mapping[str, str],
    desk: CryptoSigner,
    now: datetime,
) -> datetime:
    """New metadata of the desk, for the publication of this number."""
    until = (now + timedelta(days=terms_of(state.root.signed).fresh_days)).replace(microsecond=0)
    version = 1 if state.snapshot is None else state.snapshot.signed.version + 1
    meta = MetaFile.from_data(number, store.targets_bytes(number), ["sha256"])
    snapshot = Metadata(Snapshot(version=version, expires=until, meta={"targets.json": meta}))
    snapshot.signed.unrecognized_fields[ISSUED_AT] = dict(issued)
    snapshot.sign(desk)
    version = 1 if state.timestamp is None else state.timestamp.signed.version + 1
    named = MetaFile.from_data(snapshot.signed.version, text_of(snapshot), ["sha256"])
    timestamp = Metadata(Timestamp(version=version, expires=until, snapshot_meta=named))
    timestamp.sign(desk)
    store.put(f"{snapshot.signed.version}.snapshot.json", snapshot)
    store.put("timestamp.json", timestamp)
    return until


def withdraw(store: Repository) -> None:
    """Nothing waits any more."""
    for name in ("root.json", "targets.json", TARGET):
        (store.waiting / name).unlink(missing_ok=True)


def moment_text(moment: datetime) -> str:
    """A moment as records have it: RFC 3339, UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _nothing_waits(store: Repository) -> None:
    for name, what in (("root.json", _ROOT), ("targets.json", _BUNDLE)):
        if (store.waiting / name).is_file():
            raise PublishingError("LNK457", what=what)


def _person(signer: CryptoSigner, root: Root) -> str:
    name = persons_of(root).get(signer.public_key.keyid)
    if name is None:
        raise PublishingError("LNK475", what=_NO_PERSON)
    return name


def _by_desk(signer: CryptoSigner, root: Root) -> None:
    if signer.public_key.keyid != desk_of(root):
        raise PublishingError("LNK475", what=_DESK)
