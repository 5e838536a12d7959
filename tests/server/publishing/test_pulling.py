"""What a service takes of a repository: the newest publication that holds, else the last good one."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Root

from server.publishing import desk
from server.publishing.errors import PublishingError
from server.publishing.following import Publications
from server.publishing.kept import Kept
from server.publishing.pulling import Puller
from server.telemetry.served import PUBLISHED
from tests.server.publishing.conftest import MakesOffice
from tests.server.publishing.office import LATER, LI, WANG, ZHANG, Office

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Client:
    """A service's end: its root, and what it keeps."""

    def __init__(self, office: Office, folder: Path, repository: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        root = folder / "root.json"
        root.write_bytes(office.root)
        self.kept = Kept(folder / "kept")
        self.puller = Puller(repository or str(office.path), root, self.kept)
        self.start()

    def start(self) -> None:
        """The service begins anew, with what it kept."""
        self.following = Publications(self.puller)

    def serves(self) -> int:
        """The number of the publication that a service would start with, and takes."""
        self.start()
        read = self.following.first()
        self.following.took(read.bundle)
        return read.number

    def refused(self) -> str:
        """Why nothing newer is taken: the code."""
        assert not self.following.changed()
        return PUBLISHED.code


MakesClient = Callable[..., Client]


@pytest.fixture
def client(tmp_path: Path) -> MakesClient:
    """Makes the service's end of an office's repository."""

    def made(office: Office, name: str = "service", repository: str = "") -> Client:
        return Client(office, tmp_path / name, repository)

    return made


def test_the_newest_serves_and_is_followed(office: MakesOffice, client: MakesClient) -> None:
    at = office()
    first = at.publish(1)
    it = client(at)
    assert it.serves() == 1
    assert not it.following.changed()
    second = at.publish(2)
    assert it.following.changed()
    read = it.following.read()
    assert (read.bundle, read.number) == (second.digest, 2)
    assert "查扣了车辆（2）" in read.texts["qiaonan/pack.yaml"]
    assert not [name for name in read.texts if "tests" in name]
    it.following.took(read.bundle)
    assert not it.following.changed()
    assert (PUBLISHED.bundle, PUBLISHED.number, PUBLISHED.code) == (second.digest, 2, "")
    third = at.back(1)
    assert it.following.changed()
    assert third.digest == first.digest
    assert it.serves() == 3


def test_nothing_is_served_of_an_empty_repository(office: MakesOffice, client: MakesClient) -> None:
    it = client(office())
    with pytest.raises(PublishingError) as caught:
        it.following.first()
    assert caught.value.code == "LNK474"
    assert PUBLISHED.code == "LNK473"


def test_the_last_good_one_serves_while_the_repository_is_away(
    office: MakesOffice, client: MakesClient, tmp_path: Path
) -> None:
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    at.path.rename(tmp_path / "pulled out")
    assert it.refused() == "LNK473"
    assert it.serves() == 1
    (tmp_path / "pulled out").rename(at.path)
    assert it.refused() == ""


def files(at: Office) -> list[Path]:
    """What a client reads of a repository."""
    return sorted(path for folder in ("metadata", "targets") for path in (at.path / folder).iterdir())


READ = ("2.root.json", "2.targets.json", "3.snapshot.json", "timestamp.json", "rules.zip")
WRONG = [(name, "altered") for name in READ] + [(name, "gone") for name in READ[1:]]
"""Who takes the newest list of keys away leaves the one before it, whose persons signed, too."""
WRONG += [("2.targets.json", "cut"), ("rules.zip", "empty")]


@pytest.mark.parametrize(("name", "how"), WRONG)
def test_whatever_is_altered_is_refused(
    name: str, how: str, office: MakesOffice, client: MakesClient
) -> None:
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    desk.change(at.store, [], [], None, {"fresh_days": 30}, LATER)
    for person in (LI, ZHANG):
        desk.sign(at.store, at.people[person])
    desk.issue(at.store, at.desk, LATER)
    newest = at.publish(2)
    path = next(path for path in files(at) if path.name in (name, f"{newest.digest}.{name}"))
    data = path.read_bytes()
    middle = len(data) // 2
    changed = {
        "altered": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "cut": data[:middle],
        "empty": b"",
    }
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[how])
    assert it.refused() == ("LNK473" if how == "gone" else "LNK470")
    assert it.serves() == 1
    path.write_bytes(data)
    assert it.serves() == 2


def test_a_root_of_threshold_one_is_refused_whoever_signed_it(
    office: MakesOffice, client: MakesClient
) -> None:
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    shutil.copy(at.path / "metadata" / "1.root.json", at.path / "metadata" / "2.root.json")
    with at.rewritten("2.root.json", Root, *(at.people[name] for name in (LI, WANG, ZHANG))) as root:
        root.version = 2
        root.roles["targets"].threshold = 1
    assert it.refused() == "LNK458"
    assert it.serves() == 1


def test_what_has_expired_is_served_only_where_it_was_good_before(
    office: MakesOffice, client: MakesClient
) -> None:
    at = office(LONG_AGO)
    at.publish(1)
    it = client(at)
    with pytest.raises(PublishingError):
        it.following.first()
    assert PUBLISHED.code == "LNK472"
    desk.refresh(at.store, at.desk, LATER)
    with pytest.raises(PublishingError):
        it.following.first()  # the persons' signatures of so long ago do not hold for ever
    assert PUBLISHED.code == "LNK472"

    at = office(name="later")
    at.publish(1)
    it = client(at, "another")
    assert it.serves() == 1
    desk.refresh(at.store, at.desk, LONG_AGO)
    assert it.refused() == "LNK472"
    assert it.serves() == 1


@pytest.mark.parametrize("lost", [False, True])
def test_an_older_repository_is_refused(
    lost: bool, office: MakesOffice, client: MakesClient, tmp_path: Path
) -> None:
    """Also where what was seen is lost, and only what is kept remains."""
    at = office()
    at.publish(1)
    shutil.copytree(at.path, tmp_path / "old")
    at.publish(2)
    it = client(at)
    assert it.serves() == 2
    shutil.rmtree(at.path)
    shutil.copytree(tmp_path / "old", at.path)
    if lost:
        shutil.rmtree(it.kept.seen)
    assert it.refused() == "LNK471"
    assert it.serves() == 2


MIXED = [
    ("2.targets.json", "1.targets.json"),
    ("2.snapshot.json", "1.snapshot.json"),
    ("rules.zip", "rules.zip"),
]


@pytest.mark.parametrize(("name", "older"), MIXED)
def test_files_of_two_publications_are_not_mixed(
    name: str, older: str, office: MakesOffice, client: MakesClient
) -> None:
    at = office()
    first, second = at.publish(1), at.publish(2)
    metadata, targets = at.path / "metadata", at.path / "targets"
    if name == "rules.zip":
        shutil.copy(targets / f"{first.digest}.{name}", targets / f"{second.digest}.{name}")
    else:
        shutil.copy(metadata / older, metadata / name)
    with pytest.raises(PublishingError):
        client(at).following.first()
    assert PUBLISHED.code == "LNK470"


class Killed(OSError):
    """The process ended here."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The step with this number, of those that make something appear, is not made; the steps so far."""
    done: list[str] = []

    def counted(real: Callable[..., Any], self: Path, target: Any) -> Any:
        done.append(Path(target).name)
        if len(done) > step:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patch:
        for name in ("rename", "replace"):
            real = getattr(Path, name)
            patch.setattr(Path, name, lambda self, target, real=real: counted(real, self, target))
        yield done


def test_a_pull_broken_off_anywhere_leaves_the_one_before(
    office: MakesOffice, client: MakesClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    at.publish(2)
    steps = 0
    while True:
        with killed_at(steps, monkeypatch) as done:
            read = it.following.read()
            it.following.took(read.bundle)
        last = it.puller.last()
        assert last is not None
        if len(done) <= steps:
            assert last.number == 2
            break
        assert last.number == 1, done
        at.path.rename(tmp_path / "away")
        assert it.serves() == 1
        (tmp_path / "away").rename(at.path)
        it.start()
        steps += 1
    assert steps >= 4


def test_a_pull_broken_off_before_the_bundle_came_is_made_again(
    office: MakesOffice, client: MakesClient
) -> None:
    """The metadata of the newer one has been seen, its bundle has not."""
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    newest = at.publish(2)
    bundle = at.path / "targets" / f"{newest.digest}.rules.zip"
    data = bundle.read_bytes()
    bundle.unlink()
    assert it.refused() == "LNK473"
    assert it.serves() == 1
    bundle.write_bytes(data)
    assert it.serves() == 2


@pytest.mark.parametrize("name", ["rules.zip", "targets.json", "root.json"])
def test_what_is_kept_is_verified_too(
    name: str, office: MakesOffice, client: MakesClient, tmp_path: Path
) -> None:
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    path = next(it.kept.folder.glob(f"good/*/{name}"))
    path.write_bytes(
        path.read_bytes().replace(b"2020", b"2021").replace(b'"threshold": 2', b'"threshold": 3')
    )
    at.path.rename(tmp_path / "away")
    it.start()
    with pytest.raises(PublishingError) as caught:
        it.following.first()
    assert caught.value.code == "LNK474"


def test_what_is_kept_hangs_on_the_root_that_is_set(
    office: MakesOffice, client: MakesClient, tmp_path: Path
) -> None:
    """Through every list of keys since; and not on that of somebody else."""
    at = office()
    at.publish(1)
    it = client(at)
    assert it.serves() == 1
    desk.change(at.store, [], [], None, {"fresh_days": 30}, LATER)
    for person in (LI, ZHANG):
        desk.sign(at.store, at.people[person])
    desk.issue(at.store, at.desk, LATER)
    assert it.serves() == 1
    at.path.rename(tmp_path / "away")
    assert it.serves() == 1
    (tmp_path / "service" / "root.json").write_bytes(office(name="of others").root)
    it.start()
    with pytest.raises(PublishingError):
        it.following.first()


def test_over_http(office: MakesOffice, client: MakesClient) -> None:
    """As any server hands out files, and to two services."""
    at = office()
    at.publish(1)
    handler = partial(_Quiet, directory=str(at.path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        one, two = (client(at, name, address) for name in ("one", "two"))
        assert (one.serves(), two.serves()) == (1, 1)
        at.publish(2)
        assert one.following.changed()
        assert (one.serves(), two.serves()) == (2, 2)
        server.shutdown()
    assert one.refused() == "LNK473"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
