"""Who acts on an obligation: the body that a call names, or the only one that its caller can mean.

Its bearer accepts, returns, fulfils and objects; those to whom it is owed, or the court, confirm. An organ
acts for the body that it is part of. A department acts for its own bodies alone; the court's system, which
records what others did, for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from policy.facts.reading import FactsError, Violation
from policy.pack.vocabulary import Vocabulary
from policy.register.duty import Duty
from policy.text.diagnostics import Words
from server.identity.rights import View

COURT = "court"
"""The body that asks for assistance, and looks at what was done."""


def visible(duty: Duty, view: View, vocabulary: Vocabulary) -> bool:
    """Whether whoever sees so much may see a duty: its bodies bear it, or it is owed to them."""
    if view.bodies is None:
        return True
    return not organs(view.bodies, vocabulary).isdisjoint((*duty.bearers, *duty.counterparties))


def organs(bodies: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The bodies and all that is part of them."""
    return frozenset[str]().union(*(vocabulary.organs(body) for body in bodies))


def bearer(duty: Duty, named: str, view: View, vocabulary: Vocabulary) -> str:
    """The body that acts as the bearer; "" where a party bears it. Raises ``FactsError``."""
    if not duty.bearers:
        if named or view.bodies is not None:
            raise _wrong("LNK013", named, (), vocabulary)
        return ""
    return _one(duty.bearers, named, view, vocabulary)


def judge(duty: Duty, named: str, view: View, vocabulary: Vocabulary) -> str:
    """The body that says whether what was done does. Raises ``FactsError``."""
    if not named and COURT in vocabulary.codes("bodies") and view.bodies is None:
        return COURT
    return _one((*duty.counterparties, COURT), named, view, vocabulary)


def _one(bodies: tuple[str, ...], named: str, view: View, vocabulary: Vocabulary) -> str:
    """The one of these bodies, or of their organs, that acts."""
    own = None if view.bodies is None else organs(view.bodies, vocabulary)
    may = organs(bodies, vocabulary)
    if named:
        if named not in vocabulary.codes("bodies"):
            known = tuple(sorted(vocabulary.codes("bodies")))
            raise FactsError((Violation("body", "LNK802", (("name", named[:64]),), known),))
        if own is not None and named not in own:
            raise _wrong("LNK036", named, tuple(sorted(own & may)), vocabulary)
        if named not in may:
            raise _wrong("LNK013", named, bodies, vocabulary)
        return named
    mine = [body for body in bodies if own is None or body in own] or sorted(may & (own or may))
    if not mine:
        raise _wrong("LNK036", ", ".join(bodies), (), vocabulary)
    if len(mine) != 1:
        raise FactsError((Violation("body", "LNK014", (), tuple(mine)),))
    return mine[0]


def _wrong(code: str, named: str, bodies: tuple[str, ...], vocabulary: Vocabulary) -> FactsError:
    zh = "、".join(f"{body}（{vocabulary.label('bodies', body, 'zh')}）" for body in bodies)
    en = ", ".join(f"{body} ({vocabulary.label('bodies', body, 'en')})" for body in bodies)
    args = (("body", named[:200]), ("bodies", Words(zh, en)))
    return FactsError((Violation("body", code, args),))
