"""A board and a circular as people get them: screens, files, drafts; golden files to be read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zipfile import ZipFile

import pytest
from rich.console import Console
from rich.text import Text

from linkage.v1 import board_service_pb2 as board_api
from linkage.v1 import board_service_pb2_grpc as board_stubs
from policy.cli import run
from policy.review.wording import Wording
from server.board.screen import fitted
from server.cli import app
from server.settings.lights import LightError, light, lights_of, written
from tests.golden import check
from tests.server.board.conftest import fill, get_board
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting
from tests.server.register.conftest import DAY, Starting

SCREENS = Path(__file__).parent / "screens"
LIGHTS = "qiaonan.past_due=1,3 qiaonan.in_time_rate=0.6,0.4"
YEAR = ("--since", "2024", "--until", "2024")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings in the environment, no colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("LINKAGE_LANG", raising=False)
    with restored_logging():
        yield


@pytest.fixture
async def database(start_register: Starting, tmp_path: Path, board_rules: Path) -> str:
    """A register with random cases; the service has stopped."""
    url = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    async with start_register(url, rules=str(board_rules)) as registered:
        await fill(registered, 11)
        # A handler of the clock of commands: now is long after; the year is over.
        await registered.pass_time(400 * DAY)
    return url


def shown(capsys: pytest.CaptureFixture[str], database: str, rules: Path, *words: str) -> str:
    """What a command prints; it must be able to run."""
    keys = f"log.keys={key_setting(database)}"
    given = [*words, "--database", database, "--rules", str(rules), "--set", keys]
    code = run(app, given)
    out = capsys.readouterr()
    assert code == 0, out.err
    return out.out


def test_screens(
    database: str, board_rules: Path, capsys: pytest.CaptureFixture[str], update_golden: bool
) -> None:
    lit = ("--set", f"register.lights={LIGHTS}")
    for name, words in {
        "body-zh": ("board", "qiaonan", *YEAR, "--width", "100", "--trend", "month", *lit),
        "unit-en": (
            "board",
            "qiaonan",
            *YEAR,
            "--width",
            "80",
            "--by",
            "unit",
            "--lang",
            "en",
            "--rank",
            "none",
        ),
        "clause-zh": ("board", "qiaonan", *YEAR, "--width", "60", "--by", "clause"),
        "matter-zh": ("board", "qiaonan", *YEAR, "--width", "120", "--by", "matter", "--body", "tax"),
        "empty": ("board", "qiaonan", "--since", "2019-05", "--until", "2019-05"),
        "open": ("board", "qiaonan", *YEAR, "--open", "overdue"),
        "circular": ("circular", "qiaonan", "--year", "2024"),
    }.items():
        check(SCREENS / f"{name}.golden", shown(capsys, database, board_rules, *words), update_golden)


def test_files_have_the_same_figures(
    database: str, board_rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("board", "qiaonan", *YEAR, "--trend", "week")
    told = json.loads(shown(capsys, database, board_rules, *words, "--format", "json"))
    rows = list(csv.reader(StringIO(shown(capsys, database, board_rules, *words, "--format", "csv"))))
    assert [row[0] for row in rows[1:]] == [row["name"] for row in told["rows"]] + ["合计"]
    open_at = rows[0].index("未办结")
    assert [row[open_at] for row in rows[1:-1]] == [row["figures"][0]["value"] for row in told["rows"]]
    book = tmp_path / "b.xlsx"
    shown(capsys, database, board_rules, *words, "--format", "xlsx", "-o", str(book))
    with ZipFile(book) as parts:
        assert len([name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]) == 2
        assert "区税务局" in parts.read("xl/sharedStrings.xml").decode()


WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("board", "qiaonann"), "LNK810"),
    (("board", "qiaonan", "--since", "2024-13"), "LNK906"),
    (("board", "qiaonan", "--since", "2024-02-30"), "LNK906"),
    (("board", "qiaonan", "--since", "2024", "--until", "2023"), "LNK085"),
    (("board", "qiaonan", "--since", "2098"), "LNK085"),
    (("board", "qiaonan", "--since", "2097", "--until", "2098"), "LNK086"),
    (("board", "qiaonan", "--body", "taxx"), "LNK802"),
    (("board", "qiaonan", "--rank", "in_tme_rate"), "LNK088"),
    (("board", "qiaonan", "--open", "overduee"), "LNK088"),
    (("board", "qiaonan", "--since", "2000", "--until", "2024", "--trend", "day"), "LNK087"),
    (("board", "qiaonan", "--format", "xlsx"), "LNK906"),
    (("board", "qiaonan", "--set", "register.lights=qiaonan.past_due=5,1"), "LNK951"),
    (("circular", "qiaonan", "--year", "24"), "LNK085"),
    (("circular", "qiaonan", "--year", "2097"), "LNK086"),
    (("assess", "qiaonan", "--year", "2024"), "LNK906"),
    (("assess", "qiaonan", "x.yaml", "--register", "--year", "2024"), "LNK906"),
)


def test_wrong_commands(database: str, board_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in WRONG:
        given = [*words, "--database", database, "--rules", str(board_rules), "--lang", "en"]
        assert run(app, given) == 2, words
        err = capsys.readouterr().err
        assert code in err, (words, err)
        assert "Traceback" not in err


def test_a_database_without_a_register(
    board_rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    assert run(app, ["board", "qiaonan", "--database", missing, "--rules", str(board_rules)]) == 2
    assert "LNK958" in capsys.readouterr().err


def test_the_assessment_of_the_register_on_the_command_line(
    database: str, board_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("assess", "qiaonan", "--register", "--year", "2024", "--format", "json")
    (made,) = json.loads(shown(capsys, database, board_rules, *words))["assessments"]
    told = json.loads(shown(capsys, database, board_rules, "board", "qiaonan", *YEAR, "--format", "json"))
    assert made["cases"] == 12
    board = {row["code"]: {one["id"]: one["value"] for one in row["figures"]} for row in told["rows"]}
    tax = next(row for row in made["rows"] if row["body"]["code"] == "tax")
    shared = {one["id"]: one["value"] for one in tax["figures"] if one["id"] in board["tax"]}
    assert shared
    assert shared == {name: board["tax"][name] for name in shared}


async def test_the_draft_over_the_service_is_the_same(
    start_register: Starting, tmp_path: Path, board_rules: Path
) -> None:
    options = {"rules": str(board_rules), "register__lights": LIGHTS}
    async with start_register(f"sqlite:///{tmp_path / 'r.sqlite3'}", **options) as registered:
        await fill(registered, 12)
        stub = board_stubs.BoardServiceStub(registered.channel)
        made = await stub.DraftCircular(
            board_api.DraftCircularRequest(district="qiaonan", year=2024, month=3)
        )
        assert made.title == "关于2024年3月执行联动义务履行情况的通报"
        assert not made.basis
        assert "没有规定通报的条款" in made.text
        assert "草稿" in made.html
        assert "<script" not in made.html
        found = await get_board(registered)
        assert {one.figure for one in found.thresholds} == {"past_due", "in_time_rate"}
        for row in found.rows:
            rate = next(figure.value for figure in row.figures if figure.id == "in_time_rate")
            bounds = (("RED", 0.4), ("YELLOW", 0.6), ("GREEN", 9.0))
            expected = [name for name, below in bounds if rate and float(rate) < below][:1]
            assert dict(row.lights).get("in_time_rate", 0) == next(
                (board_api.Light.Value(f"LIGHT_{name}") for name in expected), 0
            )


def test_lights_are_what_the_district_sets() -> None:
    limits = lights_of(LIGHTS).of("qiaonan")
    found = [light("past_due", Fraction(value), limits) for value in range(4)]
    assert found == ["green", "yellow", "yellow", "red"]
    assert light("past_due", None, limits) == ""
    assert light("late", Fraction(9), limits) == ""
    assert lights_of("").of("qiaonan") == {}
    large = lights_of("a.open=1234567,987654321.5 a.done_rate=0.85,0.1").of("a")
    assert [written(one) for limits in large.values() for one in limits] == [
        "1234567",
        "987654321.5",
        "0.85",
        "0.1",
    ]
    for wrong in (
        "past_due=1,2",
        "a.past_due=1",
        "a.nothing=1,2",
        "a.past_due=3,1",
        "a.in_time_rate=0.4,0.6",
        "a.late=1,2 a.late=1,3",
    ):
        with pytest.raises(LightError):
            lights_of(wrong)


def test_a_window_that_is_too_low_says_so() -> None:
    """What is drawn again in place cannot be scrolled: what it leaves out is told."""
    words = Wording(cast(Any, SimpleNamespace(vocabulary=None)), "en")
    rows = Text("\n".join(f"row {number}" for number in range(10)))
    for height, whole in ((20, 10), (6, 4), (2, 0)):
        console = Console(file=StringIO(), width=60, height=height)
        lines = console.render_lines(fitted(rows, words, console), pad=False)
        assert len(lines) < height
        texts = ["".join(each.text for each in line).strip() for line in lines]
        told = [] if whole == 10 else [f"… the window is too low for {10 - whole} more lines"]
        assert texts == [f"row {number}" for number in range(whole)] + told
