"""An invented office: three persons and a desk with their keys, a small rules folder, a repository."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from policy.bundle import Built, build
from server.publishing import desk
from server.publishing.desk import Proposal
from server.publishing.keys import HOLDER
from server.publishing.persons import Terms
from server.publishing.record import Approved, Sort
from server.publishing.repository import Repository, put, text_of

LI, WANG, ZHANG, DESK = "李起草", "王审核", "张批准", "发布台"
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
LATER = datetime(2090, 1, 1, tzinfo=UTC)
"""A moment of issue by which nothing has expired for whoever looks at it now."""
SMALL = Path(__file__).parents[2] / "review" / "mutation" / "rules"
HEAD = "qiaonan/pack.yaml"


def signer(name: str) -> CryptoSigner:
    """A new key of a person."""
    made = CryptoSigner(Ed25519PrivateKey.generate())
    made.public_key.unrecognized_fields[HOLDER] = name
    return made


@cache
def bundle_of(root: Path, edition: int) -> Built:
    """The bundle of the small rules, of an edition whose only difference is a title."""
    folder = root / f"edition-{edition}"
    shutil.copytree(SMALL, folder)
    head = folder / HEAD
    head.write_text(head.read_text().replace("查扣了车辆", f"查扣了车辆（{edition}）"))
    return build(folder)


def results(noticed: int = 95) -> dict[str, Any]:
    """What is signed as the results, without having tried anything."""
    tried = {"key": "0" * 64, "places": 100, "tried": 100, "noticed": noticed, "unnoticed": 100 - noticed}
    return {"warnings": 0, "tests": {"qiaonan": 2}, "mutation": {"qiaonan": tried}}


class Office:
    """A repository that has begun, and those who work on it."""

    def __init__(self, folder: Path, editions: Path, now: datetime = LATER) -> None:
        self.path = folder
        self.store = Repository(folder)
        self.now = now
        self.people = {name: signer(name) for name in (LI, WANG, ZHANG)}
        self.desk = signer(DESK)
        self._editions = editions
        keys = [person.public_key for person in self.people.values()]
        desk.begin(self.store, keys, self.desk.public_key, Terms(), now)
        for name in (LI, ZHANG):
            desk.sign(self.store, self.people[name])
        desk.issue(self.store, self.desk, now)

    @property
    def root(self) -> bytes:
        """The first root: what a service is given by hand."""
        return (self.path / "metadata" / "1.root.json").read_bytes()

    def bundle(self, edition: int) -> Built:
        """An edition of the rules."""
        return bundle_of(self._editions, edition)

    def propose(self, edition: int, **wish: Any) -> None:
        """An edition waits, by Li, for Zhang."""
        desk.propose(
            self.store,
            self.bundle(edition),
            results(),
            Proposal(**{"approver": ZHANG, **wish}),
            self.people[LI],
            self.now,
        )

    def publish(self, edition: int, **wish: Any) -> Approved:
        """An edition is published."""
        self.propose(edition, **wish)
        desk.sign(self.store, self.people[ZHANG])
        made = desk.issue(self.store, self.desk, self.now)
        assert made is not None
        return made

    def back(self, edition: int) -> Approved:
        """An earlier edition is published again."""
        return self.publish(edition, sort=Sort.BACK, reason="第一百条有误")

    @contextmanager
    def rewritten(self, name: str, kind: Any, *signers: CryptoSigner) -> Iterator[Any]:
        """Metadata of the repository, changed in the block and signed by these."""
        path = self.path / "metadata" / name
        metadata: Metadata[Any] = Metadata.from_bytes(path.read_bytes())
        assert isinstance(metadata.signed, kind)
        yield metadata.signed
        metadata.signatures.clear()
        for each in signers:
            metadata.sign(each, append=True)
        put(path, text_of(metadata))
