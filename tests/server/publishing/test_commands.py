"""The commands, as an office uses them, and what a hurried clerk is told; the screens are golden."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from policy.cli import run
from server.cli import app
from server.publishing.keys import made
from server.publishing.repository import put
from tests.golden import check
from tests.server.publishing.office import DESK, HEAD, LI, SMALL, WANG, ZHANG

WORDS = "一句只有自己知道的话。"
HERE = Path(__file__).parent
Ask = Callable[..., str]

_CHANGING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"), "MOMENT"),
)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command in a folder with the keys of an office and its rules; gives all that it prints."""
    for name in (LI, WANG, ZHANG, DESK):
        private, public = made(name, WORDS)
        put(tmp_path / f"{name}.key", private, private=True)
        put(tmp_path / f"{name}.pub", public)
    (tmp_path / "passphrase").write_text(f"{WORDS}\n")
    shutil.copytree(SMALL, tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("LINKAGE_RULES", raising=False)
    monkeypatch.setattr(sys, "stdin", None)

    def asked(*words: str, lang: str = "zh", secret: bool = True) -> str:
        arguments = [*words, "--lang", lang]
        if secret and "--key" in words:
            arguments += ["--passphrase-file", "passphrase"]
        monkeypatch.setattr(sys, "argv", ["linkage", *arguments])
        capsys.readouterr()
        code = run(app, arguments)
        printed = capsys.readouterr()
        text = f"$ linkage {' '.join(words)}\n{printed.out}{printed.err}[{code}]\n"
        assert "Traceback" not in text
        for pattern, word in _CHANGING:
            text = pattern.sub(word, text)
        return text.replace(str(tmp_path), "FOLDER")

    return asked


def begun(ask: Ask) -> list[str]:
    """A repository whose list of keys is issued; what was printed."""
    people = [word for name in (LI, WANG, ZHANG) for word in ("--person", f"{name}.pub")]
    terms = ("--desk", f"{DESK}.pub", "--floor", "10", "--places", "6")
    return [
        ask("publish", "init", "库", *people, *terms),
        ask("publish", "sign", "库", "--key", f"{LI}.key", "--yes"),
        ask("publish", "sign", "库", "--key", f"{WANG}.key", "--yes"),
        ask("publish", "issue", "库", "--key", f"{DESK}.key"),
    ]


PROPOSE = ("publish", "propose", "库", "--key", f"{LI}.key", "--approver", ZHANG, "--jobs", "1")


def test_an_office_publishes(ask: Ask, tmp_path: Path, update_golden: bool) -> None:
    screens = begun(ask)
    screens += [
        ask(*PROPOSE, "--reviewer", WANG, "--reason", "首次发布"),
        ask("publish", "sign", "库", "--key", f"{WANG}.key", "--yes"),
        ask("publish", "issue", "库", "--key", f"{DESK}.key"),
        ask("publish", "sign", "库", "--key", f"{ZHANG}.key", "--yes"),
        ask("publish", "issue", "库", "--key", f"{DESK}.key"),
        ask("publish", "refresh", "库", "--key", f"{DESK}.key"),
    ]
    head = tmp_path / "rules" / HEAD
    head.write_text(head.read_text().replace("查扣了车辆", "查扣车辆"))
    screens += [
        ask(*PROPOSE),
        ask("publish", "sign", "库", "--key", f"{ZHANG}.key", "--yes"),
        ask("publish", "issue", "库", "--key", f"{DESK}.key"),
        ask("publish", "back", "库", "1", *PROPOSE[3:], "--reason", "第二次有误"),
        ask("publish", "status", "库", lang="en"),
        ask("publish", "withdraw", "库", "--yes"),
        ask("packs", "log", "库"),
        ask("packs", "log", "库", lang="en"),
        ask("bundle", "build", "-o", "规则.zip"),
        ask("bundle", "show", "规则.zip", lang="en"),
        ask("bundle", "verify", "规则.zip", "--repository", "库"),
        ask("bundle", "verify", "规则.zip", "--repository", "库", lang="en"),
    ]
    kept = sorted(path.name[:8] for path in (tmp_path / "库" / "results").iterdir())
    assert kept == ["qiaonan-", "qiaonan-"]  # of each of the two rules, and not tried again for `back`
    check(HERE / "office.golden", "\n".join(screens), update_golden)


def rezipped(source: Path, target: Path) -> None:
    """What a person makes who looks into a bundle and zips it again."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hurried_clerk_is_told(ask: Ask, tmp_path: Path, lang: str, update_golden: bool) -> None:
    begun(ask)
    ask("bundle", "build", "-o", "规则.zip")
    rezipped(tmp_path / "规则.zip", tmp_path / "again.zip")
    (tmp_path / "short").write_text("口令")
    propose = ("publish", "propose", "库", "--jobs", "1")
    wrong: list[tuple[str, ...]] = [
        ("publish", "sign", "库", "--key", f"{LI}.key"),
        ("publish", "sign", "酷", "--key", f"{LI}.key"),
        ("publish", "init", "新库", "--person", f"{LI}.pub", "--desk", f"{DESK}.pub"),
        (
            "publish",
            "init",
            "新库",
            "--person",
            f"{LI}.pub",
            "--person",
            f"{LI}.pub",
            "--desk",
            f"{DESK}.pub",
        ),
        (
            "publish",
            "init",
            "新库",
            "--person",
            f"{LI}.key",
            "--person",
            f"{WANG}.pub",
            "--desk",
            f"{DESK}.pub",
        ),
        (*propose, "--key", f"{LI}.pub", "--approver", ZHANG),
        (*propose, "--key", f"{LI}.key", "--approver", "张批"),
        (*propose, "--key", f"{LI}.key", "--approver", LI),
        (*propose, "--key", f"{DESK}.key", "--approver", ZHANG),
        ("publish", "back", "库", "3", "--key", f"{LI}.key", "--approver", ZHANG, "--reason", "有误"),
        ("publish", "keys", "库"),
        ("publish", "keys", "库", "--remove", "赵某"),
        ("publish", "key", LI),
        ("publish", "key", "新人", "--passphrase-file", "short"),
        ("packs", "log"),
        ("packs", "log", "rules"),
        ("bundle", "show", "again.zip"),
        ("bundle", "show", "none.zip"),
        ("bundle", "verify", "passphrase"),
    ]
    screens = [ask(*words, lang=lang) for words in wrong]
    screens.append(ask(*propose, "--key", f"{LI}.key", "--approver", ZHANG, lang=lang, secret=False))
    screens.append(
        ask(
            *propose,
            "--key",
            f"{LI}.key",
            "--approver",
            ZHANG,
            "--passphrase-file",
            "short",
            lang=lang,
            secret=False,
        )
    )
    assert not [text for text in screens if text.endswith(("[0]\n", "[1]\n"))]
    check(HERE / f"wrong-{lang}.golden", "\n".join(screens), update_golden)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rules_that_are_not_ready_are_not_proposed(
    ask: Ask, tmp_path: Path, lang: str, update_golden: bool
) -> None:
    begun(ask)
    tests = tmp_path / "rules" / "qiaonan" / "tests" / "notify.yaml"
    good, screens = tests.read_text(), []
    (tmp_path / "rules" / "draft").mkdir()
    draft = tmp_path / "rules" / "draft" / "pack.yaml"
    draft.write_text("status: draft\ndistrict: qiaobei\n")
    screens.append(ask(*PROPOSE, lang=lang))
    draft.unlink()
    tests.write_text(good.replace("notify}\n", "notify, state: fulfilled}\n", 1))
    screens.append(ask(*PROPOSE, lang=lang))
    tests.unlink()
    screens.append(ask(*PROPOSE, lang=lang))
    (tmp_path / "rules" / HEAD).write_text("format: 1\n")
    screens.append(ask(*PROPOSE, lang=lang))
    assert [re.findall("LNK\\d+", text)[-1] for text in screens] == ["LNK476", "LNK464", "LNK468", "LNK907"]
    check(HERE / f"unready-{lang}.golden", "\n".join(screens), update_golden)


def test_tests_that_notice_too_little_are_not_enough(ask: Ask, tmp_path: Path) -> None:
    begun(ask)
    ask("publish", "keys", "库", "--floor", "100", "--places", "0")
    for name in (LI, ZHANG):
        ask("publish", "sign", "库", "--key", f"{name}.key", "--yes")
    ask("publish", "issue", "库", "--key", f"{DESK}.key")
    assert "LNK465" in ask(*PROPOSE)
    assert "LNK465" in ask(*PROPOSE)  # by what was kept of the first time
    assert len(list((tmp_path / "库" / "results").iterdir())) == 1
