"""Every fault as its author sees it: each case edits the good rules and expects the whole message."""

import re
from pathlib import Path

import pytest
import yaml

from policy.pack import check_rules
from policy.text import diagnostics
from policy.text.messages import CATALOG, names, rules, structure, versions, yaml_text
from tests.pack.trees import edited, rendered

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))
# The faults of packs; those of expressions, rule tests, requests and the service have their own cases.
OF_PACKS = (yaml_text, structure, names, rules, versions)


@pytest.mark.parametrize("name", CASES)
def test_whole_message(
    name: str, good: Path, tmp_path: Path, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = yaml.safe_load((BAD / f"{name}.yaml").read_text(encoding="utf-8"))
    if "max_faults" in case:
        monkeypatch.setattr(diagnostics, "MAX_FAULTS", case["max_faults"])
    root = edited(good, tmp_path, case["edits"])
    found_rules, faults = check_rules(root)
    code = name.split("-")[0]
    assert code in {item.code for item in faults}
    assert (found_rules is None) == faults.errors
    found, golden = rendered(faults), BAD / f"{name}.golden"
    if update_golden:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_every_case_has_its_golden_and_the_other_way_round() -> None:
    assert sorted(path.stem for path in BAD.glob("*.golden")) == CASES


def test_every_code_has_a_bad_case() -> None:
    shown = {
        found[0]
        for path in BAD.parents[1].glob("*/bad/*")
        if (found := re.match(r"LNK\d{3}(?=-)", path.name))
    }
    ours = {entry.code for module in OF_PACKS for entry in module.ENTRIES} | {"LNK901"}
    assert ours - shown == set()
    assert shown - set(CATALOG) == set()
