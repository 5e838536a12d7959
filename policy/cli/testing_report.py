"""What ``linkage test`` prints, in each of its formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from policy.cli.output import print_json
from policy.decide.snapshot import Snapshot
from policy.review.ruletest.as_json import results_json
from policy.review.ruletest.assessed import Outcome
from policy.review.ruletest.coverage import Ratio
from policy.review.ruletest.coverage_words import KINDS, coverage_json, listing, summary
from policy.review.ruletest.junit import junit_xml
from policy.review.ruletest.words import describe
from policy.text.diagnostics import Fault, Faults, fault, to_dict
from policy.text.terminal import show, show_fault


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run. ``wanted``: the least coverage by kind; ``listed``: show what is not covered."""

    snapshot: Snapshot
    root: Path
    results: tuple[Outcome, ...]
    faults: Faults
    ratios: tuple[Ratio, ...]
    wanted: Mapping[str, float]
    listed: bool

    @property
    def failed(self) -> bool:
        """Whether a test failed, could not be read, or too little is covered."""
        return self.faults.errors or bool(self._shortfalls()) or not all(r.passed for r in self.results)

    def show(self, output: str, lang: str) -> None:
        """Prints the report as text, json or junit."""
        if output == "json":
            print_json(self._json(lang))
        elif output == "junit":
            faults = (*self.faults.sorted(), *self._shortfalls())
            show(junit_xml(self.results, faults, self.snapshot, lang))
        else:
            self._text(lang)

    def _shortfalls(self) -> tuple[Fault, ...]:
        return tuple(
            fault(
                "LNK710",
                None,
                what=KINDS[ratio.kind],
                found=f"{ratio.percent:.1f}",
                wanted=f"{self.wanted[ratio.kind]:g}",
            )
            for ratio in self.ratios
            if ratio.percent < self.wanted[ratio.kind]
        )

    def _json(self, lang: str) -> dict[str, object]:
        passed = sum(result.passed for result in self.results)
        return {
            "ok": not self.failed,
            "passed": passed,
            "failed": len(self.results) - passed,
            "faults": [to_dict(item, lang) for item in (*self.faults.sorted(), *self._shortfalls())],
            "tests": results_json(self.results, self.snapshot, lang),
            "coverage": coverage_json(self.ratios) if self.ratios else None,
            "digest": self.snapshot.digest,
        }

    def _text(self, lang: str) -> None:
        for item in self.faults:
            show_fault(item, lang, f"{self.root}/", end="\n\n")
        failed = [result for result in self.results if not result.passed]
        for result in failed:
            show(describe(result, self.snapshot, lang), end="\n\n")
        if self.listed and (gaps := listing(self.ratios, lang)):
            show(gaps, end="\n\n")
        if self.ratios:
            show(summary(self.ratios, lang))
        for item in self._shortfalls():
            show_fault(item, lang)
        passed = len(self.results) - len(failed)
        if lang == "zh":
            show(f"规则测试：{passed} 个通过，{len(failed)} 个未通过")
        else:
            show(f"rule tests: {passed} passed, {len(failed)} failed")
