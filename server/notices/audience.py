"""Who may see a change, and what it is called, under the rules that serve.

Rights are those of a caller who lists obligations (``server.identity.rights``): a subscription sees what its
role in a district sees, and nothing that a list would not give it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from policy.decide.snapshot import District, Snapshot
from policy.review.wording import LANGUAGES
from server.identity import rights
from server.identity.refusals import Denied
from server.identity.rights import View
from server.notices.kinds import kind_of
from server.notices.ports import Subscription
from server.register.acting import organs
from server.register.rows import Told

LISTING = "linkage.v1.CaseService/ListObligations"
"""The call whose rights are those of notices."""


def concerns(told: Told, view: View, district: District) -> bool:
    """Whether whoever sees so much may see a change: its bodies bear the duty, or it is owed to them."""
    if view.bodies is None:
        return True
    return not organs(view.bodies, district.vocabulary).isdisjoint(told.bodies)


class RegisterAudience:
    """The audience of a register. ``rules`` gives those that serve."""

    def __init__(self, rules: Callable[[], Snapshot]) -> None:
        self._rules = rules

    def districts(self, subscription: Subscription) -> Collection[str]:
        """The districts in which it has a right, of those that there are."""
        found = rights.districts(subscription.caller, LISTING)
        return [code for code in self._rules().districts if found is None or code in found]

    def sees(self, subscription: Subscription, told: Told) -> bool:
        """Whether it is told this change."""
        district = self._rules().districts.get(told.district)
        if district is None or (subscription.kinds and kind_of(told) not in subscription.kinds):
            return False
        try:
            view = rights.view(subscription.caller, LISTING, told.district)
        except Denied:
            return False
        return concerns(told, view, district)

    def titles(self, told: Told) -> Mapping[str, str]:
        """The title of the rule in the version that governs the duty, else its id."""
        district = self._rules().districts.get(told.district)
        return {language: title_of(told, district, language) for language in LANGUAGES}


def title_of(told: Told, district: District | None, language: str) -> str:
    """What the rule of a change is called in "zh" or "en"."""
    for program in () if district is None else district.programs:
        if program.pack.version == told.version and told.rule in program.by_rule:
            return program.by_rule[told.rule].rule.title.get(language)
    return told.rule
