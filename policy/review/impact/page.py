"""What other rules would change of many cases, as one page that needs nothing else; examples open on it."""

from __future__ import annotations

from policy.review.impact.shifts import what_of
from policy.review.impact.totals import Totals
from policy.review.impact.words import WHATS, Names, summary
from policy.review.report.templates import rendered


def impact_html(totals: Totals, names: Names, sides: tuple[str, str]) -> str:
    """The page; ``sides``: what the old and the new rules are called."""
    places = {case[:3]: place for place, case in enumerate(totals.examples())}
    departments = [
        {
            "name": names.body(district, body),
            "counts": [(names.pick(WHATS[what]), number) for what, number in counts.most_common()],
            "rules": [
                {
                    "title": names.rule(district, key.rule),
                    "rule": key.rule,
                    "what": names.what(key, count),
                    "kind": key.what.value,
                    "number": count.number,
                    "cases": [(places[case[:3]], case.case) for case in count.cases],
                }
                for key, count in totals.of_body(district, body)
            ],
        }
        for (district, body), counts in totals.by_body()
    ]
    cases = [
        {
            "name": case.case,
            "row": case.row,
            "duties": [
                {
                    "what": names.pick(WHATS[what_of(shift)]),
                    "kind": what_of(shift).value,
                    "title": names.rule(case.district, shift.rule),
                    "rule": shift.rule,
                    "bodies": names.bodies(case.district, shift),
                    "sides": names.sides(shift),
                }
                for shift in case.shifts
            ],
        }
        for case in totals.examples()
    ]
    return rendered(
        "report/impact.html.j2",
        zh=names.lang == "zh",
        sides=sides,
        lines=[line.strip() for line in summary(totals, names)],
        departments=departments,
        cases=cases,
    )
