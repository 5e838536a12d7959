"""Coverage as one page: the files of rules line by line, beside each line what no test shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policy.review.report.templates import rendered
from policy.review.ruletest.coverage import Ratio
from policy.review.ruletest.coverage_words import KINDS, TITLES, said
from policy.text.source import Source, Span


def coverage_html(ratios: Sequence[Ratio], spans: Iterable[Span], lang: str) -> str:
    """The page; ``spans``: what was to be covered, wherever it stands."""
    sources: dict[str, Source] = {}
    counted: dict[str, set[int]] = {}
    for span in (*spans, *(gap.span for ratio in ratios for gap in ratio.gaps)):
        sources[span.source.name] = span.source
        counted.setdefault(span.source.name, set()).add(span.line)
    gaps: dict[tuple[str, int], list[str]] = {}
    for ratio in ratios:
        for gap in ratio.gaps:
            told = f"{TITLES[ratio.kind][lang == 'en']}{'：' if lang == 'zh' else ': '}{said(gap, lang)}"
            gaps.setdefault((gap.span.source.name, gap.span.line), []).append(told)
    files = [
        {
            "name": name,
            "gaps": sum(len(told) for (file, _), told in gaps.items() if file == name),
            "lines": [
                {
                    "number": number,
                    "text": text,
                    "gaps": gaps.get((name, number), ()),
                    "met": number in counted[name],
                }
                for number, text in enumerate(sources[name].text.split("\n"), 1)
            ],
        }
        for name in sorted(sources)
    ]
    rows = [
        (KINDS[one.kind].get(lang), f"{one.percent:.1f} %", f"{one.covered}/{one.total}") for one in ratios
    ]
    return rendered("report/coverage.html.j2", zh=lang == "zh", rows=rows, files=files)
