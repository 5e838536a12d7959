"""``linkage --version``: the version, what decides, and which rules are at hand."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, RULES_VARIABLE

DISTRIBUTION = "linkage-policy"


def version_text() -> str:
    """A line for each of them."""
    from policy.decide.decision import ENGINE_VERSION
    from policy.engines import ENGINES

    try:
        own = version(DISTRIBUTION)
    except PackageNotFoundError:  # the code runs from a folder that nobody installed
        own = say("未安装", "not installed")
    engines = say("、", ", ").join(ENGINES)
    return "\n".join(
        (
            f"linkage {own}",
            say(f"引擎 {ENGINE_VERSION}（{engines}）", f"engine {ENGINE_VERSION} ({engines})"),
            _rules(Path(os.environ.get(RULES_VARIABLE) or DEFAULT_RULES)),
        )
    )


def _rules(root: Path) -> str:
    """The digest of the rules in the folder, by which servers and receipts name them, and what is in it."""
    from policy.decide.snapshot import collector_resting, digest_of
    from policy.pack import check_rules

    if not (root / "vocabulary.yaml").is_file():
        return say(f"规则：{root} 中没有", f"rules: none in {root}")
    with collector_resting():
        rules, faults = check_rules(root)
    if rules is None or faults.errors:
        return say(f"规则：{root} 中有错误，见 linkage check", f"rules: errors in {root}, see linkage check")
    packs = ", ".join(
        f"{pack.district} {pack.version}" for packs in rules.districts.values() for pack in packs
    )
    digest = digest_of(rules)
    return say(f"规则 {digest}（{root}：{packs}）", f"rules {digest} ({root}: {packs})")
