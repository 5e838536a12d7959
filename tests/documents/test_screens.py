"""What the commands show, whole: cases are data, and so is what is expected."""

import re
from pathlib import Path

import pytest
import yaml

from policy.text.messages import documents
from tests.cli.runs import outcome
from tests.golden import check

HERE = Path(__file__).parent
CASES = sorted(
    path.relative_to(HERE).with_suffix("").as_posix()
    for folder in ("bad", "screens")
    for path in (HERE / folder).glob("*.yaml")
)


@pytest.mark.parametrize("name", CASES)
def test_screen(
    name: str,
    rules: Path,
    tmp_path: Path,
    update_golden: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    found = outcome(case, rules, tmp_path, monkeypatch, capsys)
    assert "Traceback" not in found
    if code := re.match(r"bad/(LNK\d{3})", name):
        assert code[1] in found
    check(HERE / f"{name}.golden", found, update_golden)


def test_every_golden_has_its_case() -> None:
    goldens = {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.glob("*/*.golden")}
    assert goldens == set(CASES)


def test_every_code_is_shown() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*/*.golden"))
    assert {entry.code for entry in documents.ENTRIES} - set(re.findall(r"LNK\d{3}", shown)) == set()
