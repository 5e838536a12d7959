"""``linkage contacts`` and ``linkage register calendar``, on the database itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from policy.cli import run
from server.cli import app
from tests.server.contacts.conftest import MOBILE, list_of, with_contacts
from tests.server.logging_state import restored_logging

Command = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in [name for name in os.environ if name.startswith("LINKAGE_")]:
        monkeypatch.delenv(name)
    with_contacts(Path("rules"))
    with restored_logging():
        yield


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    def running(*words: str) -> tuple[int, str]:
        arguments = [*words, "--rules", "rules", "--database", "sqlite:///register.sqlite3"]
        monkeypatch.setattr("sys.argv", ["linkage", *arguments])
        code = run(app, arguments)
        printed = capfd.readouterr()
        return code, printed.out + printed.err

    return running


def test_a_list_is_taken_shown_and_given(command: Command) -> None:
    list_of(("区税务局", "张三", "科长", "", MOBILE), ("区税务局", "李四")).save("list.xlsx")
    when = ("--since", "2024-03-01", "--submitted", "2024-03-02")
    code, text = command("contacts", "import", "qiaonan", "list.xlsx", "--check", *when)
    assert (code, "将会：到任 2 人" in text) == (0, True)
    assert "共 0 人" in command("contacts", "list", "qiaonan")[1]
    code, text = command("contacts", "import", "qiaonan", "list.xlsx", *when)
    assert (code, "到任 2 人，更新 0 人，不变 0 人" in text) == (0, True)
    shown = command("contacts", "list", "qiaonan", "--body", "tax")[1]
    assert "张三" in shown
    assert "2024-03-01–" in shown
    assert "共 2 人" in shown
    Path("out.xlsx").touch(0o644)
    assert command("contacts", "export", "qiaonan", "-o", "out.xlsx")[0] == 0
    assert Path("out.xlsx").stat().st_mode & 0o777 == 0o600  # names and numbers are its owner's business
    cells = [cell.value for row in load_workbook("out.xlsx")["固定联系人"].iter_rows() for cell in row]
    assert {"张三", "李四", MOBILE, "A角", "B角"} <= set(cells)
    assert command("register", "calendar", "qiaonan", "--body", "tax", "-o", "tax.ics")[0] == 0
    assert "区税务局" in str(Calendar.from_ical(Path("tax.ics").read_bytes())["name"])
    assert "fixed  固定联系人 (A角、B角)" in command("contacts", "list", "qiaonan", "--roles")[1]


def test_what_a_hurried_clerk_is_told(command: Command) -> None:
    list_of(("区税务居", "张三")).save("wrong.xlsx")
    Path("old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    for words, told in (
        (("import", "qiaonan", "wrong.xlsx"), "名单!A3  LNK082"),
        (("import", "qiaonan", "old.xls"), "old.xls  LNK078"),
        (("import", "qiaonan", "nowhere.xlsx"), "LNK902"),
        (("import", "qiaonan", "wrong.xlsx", "--role", "fixd"), "是不是“fixed”"),
        (("import", "qiaonan", "wrong.xlsx", "--since", "昨天"), "LNK879"),
        (("import", "qiaonan", "wrong.xlsx", "--submitted", "9999-01-01"), "LNK812"),
        (("list", "qiaonnan"), "LNK810"),
        (("list", "qiaonan", "--body", "税务"), "LNK802"),
        (("export", "qiaonan", "-o", "no/such/folder.xlsx"), "LNK908"),
    ):
        code, text = command("contacts", *words)
        assert code != 0, words
        assert told in text, (words, text)
        assert "Traceback" not in text


def test_a_list_cannot_have_been_handed_in_tomorrow(command: Command) -> None:
    list_of(("区税务局", "张三")).save("list.xlsx")
    code, text = command("contacts", "import", "qiaonan", "list.xlsx", "--submitted", "2098-01-01")
    assert (code, "submitted_at: 时间在将来" in text) == (1, True), text
    assert "共 0 人" in command("contacts", "list", "qiaonan")[1]


def test_the_districts_own_file_is_not_erased_from_under_its_contacts(command: Command) -> None:
    """Unless another one takes its place: then those in office are told there."""
    list_of(("区税务局", "张三")).save("list.xlsx")
    since = ("--since", "2024-03-01")
    assert command("contacts", "import", "qiaonan", "list.xlsx", *since)[0] == 0

    def erase(*words: str) -> tuple[int, str]:
        arguments = ["log", "erase", "district", "--yes", "--database", "sqlite:///register.sqlite3", *words]
        return run(app, arguments), ""

    assert erase()[0] == 2
    assert "共 1 人" in command("contacts", "list", "qiaonan")[1]
    assert erase("--set", "register.district_file=another")[0] == 0
    list_of(("区税务局", "李四")).save("list.xlsx")
    since = ("--since", "2024-04-01")
    code, text = command("contacts", "import", "qiaonan", "list.xlsx", *since)
    assert (code, "已销毁" in text) == (1, True), text
    other = ("--set", "register.district_file=another")
    code, text = command("contacts", "import", "qiaonan", "list.xlsx", *since, *other)
    assert code == 0, text
