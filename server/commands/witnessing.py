"""``linkage log witness``: the newest checkpoint, kept in a file, where it continues the one that is there.

    the file's checkpoint --consistent--> handovers of keys since --consistent--> the newest     replaces it

From the database, as whoever runs the service sees it; or from a service that runs, as anybody does who may
call ``LogService``: with the public key that they were given, and nothing else that they have to believe.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import grpc
import typer

from linkage.v1 import log_service_pb2 as api
from linkage.v1 import log_service_pb2_grpc as stubs
from policy.cli.guard import FINDINGS, CommandError
from policy.text.diagnostics import Fault, Words, fault
from policy.text.terminal import show, show_fault
from server.commands.auditing import run
from server.commands.files import read, replaced
from server.commands.health import Asking, channel, no_answer, reachable, reason_of
from server.commands.trust import check_trusted, not_holding, verifier_of
from server.identity.exposure import is_loopback
from server.log.opening import OpenLog
from server.log.rotation import chain_of
from server.proof.checkpoints import Checkpoint
from server.proof.handovers import Chain
from server.proof.merkle import consistent
from server.proof.notes import NoteError, Verifier
from server.settings.config import Settings
from server.store.tree import NoProof, Tree

TOKEN_VARIABLE = "LINKAGE_TOKEN"  # noqa: S105 - its name
SECONDS = 30.0
"""How long a service may take to answer."""

_UNSAFE = Words("不在本机的服务须用 --ca 或 --tls", "a service elsewhere takes --ca or --tls")

Proof = Callable[[int, int], Sequence[bytes] | None]
"""The hashes that prove that a tree of so many leaves grew to one of so many; None: there is no proof."""


class _Wrong(Exception):
    """Something that is not as it should be with the log, or with the file."""

    def __init__(self, code: str, **args: str) -> None:
        super().__init__(code)
        self.item = fault(code, None, "", **args)


class Seen(NamedTuple):
    """What was seen of a log: its newest checkpoint, its keys, and how it proves that it has only grown."""

    note: str
    chain: Chain
    proof: Proof


def witness(settings: Settings, file: Path, lang: str) -> None:
    """Saves the newest checkpoint of a database. Raises ``CommandError``, and ``typer.Exit`` (1): LNK899."""
    before = read(file) if file.exists() else None

    async def work(log: OpenLog) -> Seen:
        tree = Tree(log.engine)
        chain, _ = await chain_of(tree)
        note, proofs = await tree.checkpoint(), dict[tuple[int, int], Sequence[bytes]]()
        with suppress(_Wrong):  # which ``_save`` will meet again
            for old, new in pairwise(_points(chain, before, note, file)):
                with suppress(NoProof):
                    proofs[old.size, new.size] = (await tree.consistency(old.size, new.size))[1]
        return Seen(note, chain, lambda first, second: proofs.get((first, second)))

    seen = run(settings, lang, work)
    _save(seen, before, file, lang)


def witness_of(
    address: str, key: str | None, token: str | None, asking: Asking, file: Path, lang: str
) -> None:
    """Saves the newest checkpoint of a service that runs.

    ``key``: a public key of its log; None: the one that was saved beside the file, or the first time whatever
    the service says, which is then saved. Raises ``CommandError``, and ``typer.Exit`` (1) where there is no
    answer (LNK915), the keys do not lead to that one (LNK868), or the log was rewritten (LNK899).
    """
    before = read(file) if file.exists() else None
    kept = file.with_name(f"{file.name}.key")
    given = verifier_of(key or str(kept)) if key is not None or kept.exists() else None
    place = reachable(address)
    if not (asking.tls or asking.authority or is_loopback(place)):
        raise CommandError("LNK906", detail=_UNSAFE, command="linkage log witness")
    with channel(place, Settings(), asking) as opened:
        seen = _Service(stubs.LogServiceStub(opened), place, token, lang).seen(given)
        _save(seen, before, file, lang)
    if given is None:
        newest = seen.chain.newest
        replaced(kept, f"{newest}\n")
        said = ("已记下公钥，请与运行方核对", "its public key: compare it with the operators'")[lang == "en"]
        show(f"{kept}: {newest.identity.hex()}  {said}")


class _Service:
    """LogService of a service that runs at ``place``. What it does not answer ends the command (LNK915)."""

    def __init__(self, stub: Any, place: str, token: str | None, lang: str) -> None:
        self._stub = stub
        self._place = place
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self._lang = lang

    def seen(self, given: Verifier | None) -> Seen:
        """What it says. ``given``: a key that its log must be signed with, or must have been."""
        newest = self._answer(self._stub.GetCheckpoint, api.GetCheckpointRequest())
        keys = self._answer(self._stub.ListKeys, api.ListKeysRequest()).keys
        try:
            anchor = given or Verifier.of_text(newest.verifier_key)
            chain = Chain.of_notes(anchor, (each.handover for each in keys if each.handover))
            if not chain.handovers and newest.verifier_key != str(anchor):
                chain = Chain(Verifier.of_text(newest.verifier_key))
        except NoteError as error:
            raise not_holding(error) from error
        try:
            check_trusted(chain, anchor)
        except CommandError as error:
            _told(fault(error.code, None, "", **error.details), self._lang)
        return Seen(newest.checkpoint, chain, self._proof)

    def _proof(self, first: int, second: int) -> Sequence[bytes] | None:
        request = api.GetConsistencyProofRequest(first_tree_size=first, second_tree_size=second)
        try:
            return list(self._asked(self._stub.GetConsistencyProof, request).hashes)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return None
            no_answer(self._place, reason_of(error, SECONDS), self._lang)

    def _answer(self, call: Callable[..., Any], request: Any) -> Any:
        try:
            return self._asked(call, request)
        except grpc.RpcError as error:
            no_answer(self._place, reason_of(error, SECONDS), self._lang)

    def _asked(self, call: Callable[..., Any], request: Any) -> Any:
        return call(request, metadata=self._metadata, timeout=SECONDS)


def token_of(file: Path | None) -> str | None:
    """The token or API key of a file, else of the environment. Raises ``CommandError`` (LNK902)."""
    text = read(file) if file is not None else os.environ.get(TOKEN_VARIABLE, "")
    return text.strip() or None


def _points(chain: Chain, before: str | None, note: str, file: Path) -> list[Checkpoint]:
    """The checkpoints that must follow each other: the witness's, handovers since, the newest.

    Raises ``_Wrong``: LNK890 where the newest is not signed with the key of the log, LNK891 for a file that
    is no checkpoint of it, LNK829 for one that was signed with a key which had handed over.
    """
    try:
        newest, in_time = chain.opened(note)
    except NoteError as error:
        raise _Wrong("LNK890") from error
    if not in_time:
        raise _Wrong("LNK890")
    if before is None:
        return [newest]
    try:
        old, in_time = chain.opened(before)
    except NoteError as error:
        raise _Wrong("LNK891", file=str(file)) from error
    if not in_time:
        raise _Wrong("LNK829", file=str(file), size=f"{old.size:,}")
    made = (each.checkpoint for each in chain.handovers)
    since = [point for point in made if old.size <= point.size <= newest.size]
    return [old, *since, newest]


def _save(seen: Seen, before: str | None, file: Path, lang: str) -> None:
    """Replaces the file. Raises ``typer.Exit`` (1) where the log does not continue what the file has."""
    try:
        points = _points(seen.chain, before, seen.note, file)
    except _Wrong as error:
        _told(error.item, lang)
    for old, new in pairwise(points):
        hashes = seen.proof(old.size, new.size) if old.size <= new.size else None
        if hashes is None or not consistent(old.size, new.size, old.root, new.root, hashes):
            _contradicted(seen, file, lang)
    replaced(file, seen.note)
    newest = points[-1]
    root = base64.b64encode(newest.root).decode()
    show(f"{file}: {newest.size:,} {'rows' if lang == 'en' else '行'}, {root}")


def _contradicted(seen: Seen, file: Path, lang: str) -> NoReturn:
    """Keeps what contradicts the witness beside it: both, signed, prove to others what was done."""
    other = file.with_name(f"{file.name}.contradicted-by")
    replaced(other, seen.note)
    _told(fault("LNK899", None, "", path=str(file), other=str(other)), lang)


def _told(item: Fault, lang: str) -> NoReturn:
    show_fault(item, lang, stream=sys.stderr)
    raise typer.Exit(FINDINGS)
