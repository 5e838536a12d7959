"""The file of subscriptions: what it may say; each mistake in it told in both languages, no secret shown."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from policy.text.diagnostics import render
from server.identity.watched import FileError, Watched
from server.notices.subscriptions import Subscriptions, read_subscriptions, unknown_codes
from server.settings.logs import kept_events
from tests.golden import check

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.yaml"))
SECRET = f"whsec_{base64.b64encode(b's' * 32).decode()}"
GOOD = """\
subscriptions:
  court:
    role: integrator
    districts: all
    since: start
    webhook: {url: "https://court.example/linkage", secrets: good.secret}
  police:
    role: department
    districts: [qiaonan]
    bodies: [traffic_police]
    kinds: [created, overdue]
    language: en
    at_once: 2
    webhook:
      url: http://police.example:8080/linkage?from=court
      insecure: true
      networks: [10.0.0.0/8, "fd00::/8"]
      secrets: [good.secret, new.secret]
"""


def zero() -> int:
    return 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with secrets of several kinds."""
    (tmp_path / "good.secret").write_text(f"{SECRET}\n")
    (tmp_path / "new.secret").write_text(f"whsk_{base64.b64encode(b'k' * 32).decode()}\n")
    (tmp_path / "short.secret").write_text("whsec_c2hvcnQ=\n")
    return tmp_path


def read(folder: Path, text: str) -> Subscriptions:
    path = folder / "notices.yaml"
    path.write_text(text, encoding="utf-8")
    return read_subscriptions(path, zero)


def test_what_a_file_says(folder: Path) -> None:
    found = read(folder, GOOD)
    court, police = found.by_name["court"], found.by_name["police"]
    assert (court.from_start, court.kinds, court.at_once) == (True, frozenset(), 8)
    assert (police.from_start, police.kinds, police.at_once) == (False, frozenset(("created", "overdue")), 2)
    assert {path.name for path in found.files} == {"good.secret", "new.secret"}
    assert list(unknown_codes(found, ["qiaonan"], ["traffic_police"])) == []
    assert list(unknown_codes(found, ["qiaonam"], ["traffic_police"])) == [("police", "qiaonan", "qiaonam")]
    assert SECRET not in repr(found)


@pytest.mark.parametrize("path", WRONG, ids=[path.stem for path in WRONG])
def test_every_mistake_is_told(path: Path, folder: Path, update_golden: bool) -> None:
    with pytest.raises(FileError) as wrong:
        read(folder, path.read_text(encoding="utf-8"))
    found = "\n\n".join(render(each, lang) for lang in ("zh", "en") for each in wrong.value.faults) + "\n"
    assert "whsec_AQ" not in found
    check(path.with_suffix(".golden"), found, update_golden)


def test_a_secret_that_others_can_read_is_warned_of(folder: Path) -> None:
    for mode, warned in ((0o600, []), (0o640, ["LNK940"])):
        for path in folder.glob("*.secret"):
            path.chmod(mode)
        with kept_events() as said:
            read(
                folder,
                GOOD.replace(", new.secret", "").replace("secrets: good.secret", "secrets: new.secret"),
            )
        assert sorted({str(fields.get("code")) for _, _, fields in said}) == warned


def test_files_are_followed(folder: Path) -> None:
    path = folder / "notices.yaml"
    path.write_text(GOOD)
    events = ("subscriptions_changed", "subscriptions_refused")
    watched = Watched((path,), lambda: read_subscriptions(path, zero), lambda read: read.files, events)
    with kept_events() as said:
        assert not watched.refresh()
        (folder / "good.secret").write_text(f"whsec_{base64.b64encode(b't' * 32).decode()}\n")
        assert watched.refresh()
        path.write_text(GOOD.replace("new.secret", "newer.secret"))
        assert not watched.refresh()
        assert not watched.refresh()
        assert set(watched.current.by_name) == {"court", "police"}  # the last good ones go on
        (folder / "newer.secret").write_text(SECRET)
        assert watched.refresh()
        assert not watched.refresh()
    names = [name for _, name, _ in said if name.startswith("subscriptions_")]
    assert names == ["subscriptions_changed", "subscriptions_refused", "subscriptions_changed"]
    assert SECRET not in str(said)
