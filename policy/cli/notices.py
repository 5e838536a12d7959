"""What was not used, at its place in the case file: warnings, never errors."""

from __future__ import annotations

from policy.cli.loading import Question
from policy.decide.decision import Decision
from policy.decide.warnings import NOTHING
from policy.review.notices import notice_arguments
from policy.review.wording import Wording
from policy.text.diagnostics import fault
from policy.text.terminal import print_faults


def print_notices(asked: Question, decision: Decision, wording: Wording) -> None:
    """Prints the notices on standard error; what a silent case lacks stands in the answer itself."""
    told = [n for n in (*asked.notices, *decision.warnings) if n.code != NOTHING]
    print_faults(
        [
            fault(
                notice.code,
                asked.parsed.place(notice.path) if notice.path.startswith("case.") else None,
                **notice_arguments(notice, wording),
            )
            for notice in told
        ],
        wording.lang,
    )
