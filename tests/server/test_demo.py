"""The demonstration, as `make demo` runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.v1 import decision_pb2
from server.demo.run import demo_requests
from server.demo.screen import Screen
from tests.loading import SHIPPED, loaded
from tests.server.waiting import SECONDS


@pytest.fixture(scope="module")
def liwan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped rules without the packs of the districts that the demonstration does not ask about."""
    root = tmp_path_factory.mktemp("liwan") / "rules"
    others = [path.name for path in SHIPPED.iterdir() if path.is_dir() and path.name != "liwan"]
    return shutil.copytree(SHIPPED, root, ignore=lambda folder, _: others if Path(folder) == SHIPPED else ())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "服务已启动",
                "区公安分局",
                "四（七）2第二款",
                "2024-03-06 22:10",
                "逾期未履行",
                "逾期未履行 → 逾期后履行",
                "逐字节相同",
                "凭据：",
                "服务已停止",
            ],
        ),
        (
            "en",
            [
                "The service runs at",
                "public security",
                "overdue → done late",
                "receipt: ",
                "The service has stopped",
            ],
        ),
    ],
)
def test_demo_shows_the_answer_shortly_and_stops(
    lang: str, words: list[str], repo_root: Path, request: pytest.FixtureRequest
) -> None:
    command = [sys.executable, "-m", "server.cli", "demo", "--lang", lang]
    if lang != "zh":  # in Chinese as `make demo` runs it, with all that the repository ships
        command += ["--rules", str(request.getfixturevalue("liwan"))]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
    shown = subprocess.run(
        command,
        cwd=repo_root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert shown.stderr == ""
    assert shown.returncode == 0
    assert [word for word in words if word not in shown.stdout] == []
    lines = shown.stdout.splitlines()
    assert len(lines) < 60
    assert len(lines) == len(set(lines))
    assert "ob-" not in shown.stdout


def test_the_demo_case_is_told_twice_one_event_apart() -> None:
    before, after = demo_requests("zh")
    assert before.case.district == after.case.district == "liwan"
    assert before.as_of.seconds < after.as_of.seconds
    assert len(after.case.events) == len(before.case.events) + 1


def test_duties_of_a_small_answer(liwan: Path) -> None:
    answer = decision_pb2.Decision()
    o = answer.obligations.add(
        title="不得干涉",
        modality=decision_pb2.MODALITY_PROHIBITION,
        state=decision_pb2.STATE_PENDING,
        bearers=[decision_pb2.Coded(code="tax", name="区税务局")],
        concerns_unit="甲所",
    )
    o.due.at.seconds = 1_709_913_600
    o.due.steps.add(code="ends", text="届满")
    request, _ = demo_requests("zh")
    screen = Screen(loaded(liwan)[0].districts["liwan"], "zh", 120)
    *_, row = screen.duties(request, answer, 3.0)
    assert row.plain.split() == ["持续有效", "区税务局", "2024-03-08", "24:00", "不得干涉（涉及甲所）"]
