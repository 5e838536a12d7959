"""The demonstration, as `make demo` runs it."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from linkage.v1 import decision_pb2
from server.demo.run import demo_requests
from server.demo.screen import Screen
from server.demo.week import play
from tests.loading import SHIPPED, loaded
from tests.server.waiting import SECONDS


@pytest.fixture(scope="module")
def liwan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped rules without the packs of the districts that the demonstration does not ask about."""
    root = tmp_path_factory.mktemp("liwan") / "rules"
    others = [path.name for path in SHIPPED.iterdir() if path.is_dir() and path.name != "liwan"]
    return shutil.copytree(SHIPPED, root, ignore=lambda folder, _: others if Path(folder) == SHIPPED else ())


FIRST = {
    "zh": (
        "服务已启动",
        "区公安分局",
        "四（七）2第二款",
        "2024-03-06 22:10",
        "逾期未履行",
        "逾期未履行 → 逾期后履行",
        "逐字节相同",
        "凭据：",
        "服务已停止",
    ),
    "en": (
        "The service runs at",
        "public security",
        "overdue → done late",
        "receipt: ",
        "The service has stopped",
    ),
}
SECOND = {
    "zh": (
        "第二幕：荔湾区执行联动工作机制的一周",
        "新增      区公安分局    查扣到被执行车辆后24小时内通知法院，期限 周三 09:30",
        "期限 周三 09:30 → 周三 08:30",
        "不收      reason: 这项义务没有可以退回的情形",
        "异议待法院答复",
        "将到期    区公安分局",
        "逾期      区公安分局    查扣到被执行车辆后24小时内通知法院",
        "通知      区公安分局的系统收到 linkage.obligation.overdue.v1，签名无误",
        "新增      区人民法院    将逾期的联动单位及时报区委政法委",
        "逾期后履行",
        "新增      区委政法委    对消极不作为、慢作为予以通报",
        "缺少“加盖专用公章的不予立案决定书”",
        "已核单",
        "恢复      区地税局",
        "周末的看板",
        "本期应办",
    ),
    "en": (
        "Act two: a week of Liwan",
        "new       public security organ   Notify the court within 24 hours",
        "due Wed 09:30 → Wed 08:30",
        "refused   reason: no clause lets this obligation be sent back",
        "due soon  public security organ",
        "overdue   public security organ",
        "notice    to the public security organ: linkage.obligation.overdue.v1, signature right",
        "new       people's court          Report a duty not done in time",
        "The board at the week's end",
    ),
}


def shown(lang: str, repo_root: Path, *options: str) -> list[str]:
    """The lines of the demonstration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
    ran = subprocess.run(
        [sys.executable, "-m", "server.cli", "demo", "--lang", lang, *options],
        cwd=repo_root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.returncode == 0
    return ran.stdout.splitlines()


def check_first(lines: list[str], lang: str) -> None:
    text = "\n".join(lines)
    assert [word for word in FIRST[lang] if word not in text] == []
    assert len(lines) < 60
    assert len(lines) == len(set(lines))
    assert "ob-" not in text


def check_second(lines: list[str], lang: str) -> None:
    text = "\n".join(lines)
    assert [word for word in SECOND[lang] if word not in text] == []
    assert len(lines) <= 70
    assert "ob-" not in text


def test_both_acts_as_make_demo_plays_them(repo_root: Path) -> None:
    lines = shown("zh", repo_root)
    between = lines.index("")
    check_first(lines[:between], "zh")
    check_second(lines[between + 1 :], "zh")


def test_the_first_act_alone(repo_root: Path, liwan: Path) -> None:
    check_first(shown("en", repo_root, "--rules", str(liwan), "--act", "1"), "en")


def test_there_is_no_third_act(repo_root: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "demo", "--act", "3"]
    ran = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=False)
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)


@pytest.mark.parametrize(("lang", "width"), [("en", 100), ("zh", 80)])
def test_the_second_act_fits_a_screen(lang: str, width: int, liwan: Path) -> None:
    screen = io.StringIO()
    play(liwan, lang, Console(width=width, file=screen))
    lines = screen.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert all(len(line.rstrip()) > 3 for line in lines)
    if width == 100:
        check_second(lines, lang)


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
