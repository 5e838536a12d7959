"""The figures by which the tests are judged: passed, covered, changes of the rules that they notice.

what `linkage test --mutate --format json` printed --noticed_of--> Noticed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from policy.review.book.model import Measure
from policy.review.ruletest.coverage import Ratio
from policy.review.ruletest.coverage_words import KINDS
from policy.review.ruletest.run import Result
from policy.review.wording import Wording


@dataclass(frozen=True, slots=True)
class Noticed:
    """Of how many changes that were tried a decision changes, and how many of these a test notices.

    ``digest``: of the pack that was changed; empty where the result does not say.
    """

    tried: int
    changing: int
    noticed: int
    digest: str


class MutationError(ValueError):
    """No result of mutation, or none of this district, of which it then names those that it has."""

    def __init__(self, districts: Sequence[str] = ()) -> None:
        super().__init__(", ".join(districts))
        self.districts = tuple(districts)


def noticed_of(data: bytes, district: str, version: str) -> Noticed:
    """What was measured of a district. Raises ``MutationError``."""
    try:
        found = orjson.loads(data)
        if not isinstance(found, dict) or not found:
            raise MutationError
        counts = {code: _counts(one) for code, one in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise MutationError from None
    if district not in counts:
        raise MutationError(sorted(counts))
    tried, changing, noticed = counts[district]
    digest = found[district].get("packs", {}).get(version, "")
    return Noticed(tried, changing, noticed, str(digest))


def _counts(one: Any) -> tuple[int, int, int]:
    fates = [one["all"][fate] for fate in ("refused", "noticed", "survived", "same")]
    if any(type(count) is not int or count < 0 for count in fates) or not isinstance(
        one.get("packs", {}), dict
    ):
        raise TypeError
    return sum(fates), fates[1] + fates[2], fates[1]


def measures_of(
    results: Sequence[Result], ratios: Iterable[Ratio], noticed: Noticed | None, digest: str, words: Wording
) -> Iterator[Measure]:
    """Tests passed, each kind of coverage, changes noticed. ``digest``: of the version that is printed."""
    passed = sum(result.passed for result in results)
    pick = words.pick
    yield Measure(pick(("通过的规则测试", "rule tests passed")), f"{passed} / {len(results)}", "")
    for one in ratios:
        name = KINDS[one.kind].get(words.lang)
        note = pick((f"{one.total} 项中测试到 {one.covered} 项", f"{one.covered} of {one.total} reached"))
        yield Measure(pick((f"测试覆盖的{name}", f"coverage: {name}")), f"{one.percent:.1f} %", note)
    name = pick(("测试发现的改动", "changes noticed"))
    if noticed is None:
        how = pick(("用 linkage test --mutate 测量", "linkage test --mutate measures it"))
        yield Measure(name, pick(("没有测量", "not measured")), how)
        return
    value = f"{noticed.noticed * 1000 // noticed.changing / 10:.1f} %" if noticed.changing else "—"
    yield Measure(name, value, _of_what(noticed, digest, words))


def _of_what(noticed: Noticed, digest: str, words: Wording) -> str:
    told = words.pick(
        (
            f"逐处试改规则 {noticed.tried:,} 处，其中 {noticed.changing:,} 处使结果改变，"
            f"测试发现了其中 {noticed.noticed:,} 处",
            f"the rules were changed in {noticed.tried:,} places, one at a time; {noticed.changing:,} change "
            f"a decision, and of these a test notices {noticed.noticed:,}",
        )
    )
    if not noticed.digest:
        return told + words.pick(("；没有注明是哪一版", "; of which version is not said"))
    if noticed.digest != digest:
        return told + words.pick(
            ("；是对另一份内容测量的，须重新测量", "; measured on other rules than these: measure again")
        )
    return told + words.pick(("；对本版测量", "; of this version"))
