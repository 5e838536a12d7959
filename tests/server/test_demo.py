"""The demonstration, as `make demo` runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from linkage.v1 import decision_pb2
from server.demo.run import demo_request
from server.demo.screen import Screen


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
                "凭据：",
                "服务已停止",
            ],
        ),
        ("en", ["the service runs at", "public security", "overdue", "receipt: ", "the service has stopped"]),
    ],
)
def test_demo_shows_the_answer_and_stops(lang: str, words: list[str], repo_root: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "demo", "--lang", lang]
    shown = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, timeout=60, check=False)
    assert shown.stderr == ""
    assert shown.returncode == 0
    assert [word for word in words if word not in shown.stdout] == []


def test_demo_case_is_sound() -> None:
    request = demo_request("zh")
    assert request.case.district == "liwan"
    assert request.HasField("as_of")


def test_screen_of_a_small_answer() -> None:
    answer = decision_pb2.Decision()
    o = answer.obligations.add(
        title="不得干涉",
        modality=decision_pb2.MODALITY_PROHIBITION,
        state=decision_pb2.STATE_PENDING,
        bearers=[decision_pb2.Coded(code="tax", name="区税务局")],
        bearer_unit="甲所",
    )
    o.due.at.seconds = 1_709_913_600
    o.due.provisional = True
    o.due.steps.add(code="ends")
    answer.errors.add(code="LNK820", rule="a.b", message="没有版本")
    answer.conflicts.add(message="两条规则相反")
    parts = list(Screen("zh", 120).parts(answer))
    (table, error, conflict, _) = parts
    cells = ["".join(map(str, column.cells)) for column in table.columns]  # type: ignore[union-attr]
    assert cells == ["区税务局（甲所）", "不得干涉", "", "2024-03-08 24:00（暂定）", "持续有效", ""]
    assert (str(error), str(conflict)) == ("LNK820 a.b 没有版本", "两条规则相反")
