"""Who decides a case: the native core where it can, else an engine of Python's.

setting --chosen--> name --deciding--> Decides: rules, question, case --> Evaluation

A case is decided by one of them wholly, and its receipt names the one that did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.warnings import moment_taken
from policy.engines import COMPILED, NATIVE, Engine, engine_named, running
from policy.native import installed, panic_of, why_not
from server.convert.native import Answered, Given, NativeAnswers
from server.decisions.active import Active
from server.decisions.work import Evaluation, Question, evaluated
from server.settings.config import AUTO_ENGINE
from server.settings.logs import Level, event, place_of
from server.store.record import Made

Decides = Callable[[Active, Question, facts_pb2.Case, bytes, str], Evaluation]
"""Decides a case under some rules; the bytes are the case in its deterministic serialisation, the text is the
id in the log ("": not logged). Raises ``FactsError``."""

FAST = frozenset((COMPILED.name, NATIVE))
"""Engines that are there to decide; the others are there to check them, and never decide on the loop."""


def chosen(setting: str) -> str:
    """The engine that a setting means: of ``auto`` the core where it is installed, else the compiled one."""
    if setting != AUTO_ENGINE:
        return setting
    return COMPILED.name if installed() is None else NATIVE


def unusable(setting: str) -> str:
    """The code of what keeps the engine of a setting from deciding: a package, or the core; "": nothing."""
    if setting == AUTO_ENGINE:
        return ""
    if setting == NATIVE:
        return why_not()
    try:
        engine_named(setting)
    except ImportError:
        return "LNK911"
    return ""


def on_loop(engine: str) -> Decides | None:
    """What decides small cases between other calls; None where the engine is too slow for that."""
    if engine not in FAST:
        return None
    return natively if engine == NATIVE else by(COMPILED)


@contextmanager
def deciding(engine: str) -> Iterator[Decides]:
    """What decides with the engine of that name; raises as ``policy.engines.running``."""
    if engine == NATIVE:
        yield natively
    else:
        with running(engine) as found:
            yield by(found)


def by(engine: Engine) -> Decides:
    """What decides with an engine of Python's."""

    def decides(active: Active, asked: Question, case: facts_pb2.Case, _: bytes, log_id: str) -> Evaluation:
        return evaluated(active, asked, case, log_id, engine)

    return decides


def natively(active: Active, asked: Question, case: facts_pb2.Case, facts: bytes, log_id: str) -> Evaluation:
    """By the core; what it leaves, its district or the case, by the compiled engine, from the beginning."""
    found = _by_core(active, asked, facts, log_id)
    return evaluated(active, asked, case, log_id) if found is None else found


class Wanted(NamedTuple):
    """A case to be decided, with its deterministic serialisation; the id in the log ("": not logged)."""

    active: Active
    asked: Question
    case: facts_pb2.Case
    facts: bytes
    log_id: str


def natively_many(wanted: Sequence[Wanted], stop: Any = None) -> list[Evaluation | None]:
    """What the core makes of each, on every core and without Python's lock; None: to be decided by itself.

    Once ``stop``, a ``linkage_native.Stop``, is told, what has not been begun is left.
    """
    found: list[Evaluation | None] = [None] * len(wanted)
    alike: dict[int, tuple[NativeAnswers, list[int]]] = {}
    for place, one in enumerate(wanted):
        answers = _answers(one.active, one.asked)
        if answers is not None:
            alike.setdefault(id(answers), (answers, []))[1].append(place)
    for answers, places in alike.values():
        given = [_given(wanted[place].asked, wanted[place].facts, wanted[place].log_id) for place in places]
        made: list[Answered | str | Exception]
        try:
            made = answers.answer_many(given, stop=stop)
        except Exception as error:
            made = [error] * len(given)
        for place, one_made in zip(places, made, strict=True):
            found[place] = _evaluation(wanted[place].asked, one_made)
    return found


def _by_core(active: Active, asked: Question, facts: bytes, log_id: str) -> Evaluation | None:
    answers = _answers(active, asked)
    if answers is None:
        return None
    made: Answered | str | Exception
    try:
        made = answers.answer(*_given(asked, facts, log_id))
    except Exception as error:
        made = error
    return _evaluation(asked, made)


def _answers(active: Active, asked: Question) -> NativeAnswers | None:
    if asked.view.bodies is not None:  # the part of some bodies is cut out of a decision by Python
        return None
    return active.cores.answers(asked.district, asked.lang)


def _given(asked: Question, facts: bytes, log_id: str) -> Given:
    notices = (moment_taken(asked.as_of),) if asked.taken else ()
    return Given(facts, asked.as_of, log_id, notices, asked.extent)


def _evaluation(asked: Question, found: Answered | str | Exception) -> Evaluation | None:
    if isinstance(found, Exception):  # a fault of the core: Python decides, and the log says so
        where = panic_of(found) or place_of(found)
        event(Level.ERROR, "native_failed", code="LNK616", district=asked.district, error=where)
        return None
    if isinstance(found, str):
        return None
    made = Made(
        asked.district,
        found.case,
        asked.as_of,
        found.canonical,
        found.digest,
        found.facts_digest,
        found.rules,
        found.bodies,
        found.obligations,
        found.undetermined,
        found.errors,
    )
    return Evaluation(made, found.answer, NATIVE)
