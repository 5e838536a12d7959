"""Departments against clauses: which clause says that whom must, may or must not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy.pack.model import Clause, Force, Modality, Pack, Rule
from policy.program.program import PackProgram
from policy.review.book.model import Matrix
from policy.review.report.packs import rules_by_clause
from policy.review.wording import Wording

_MOST = 30
"""Departments side by side on a page that lies on its side."""


def kind_of(rule: Rule) -> str:
    """The kind of its mark, by which ``words.MARKS`` has it."""
    soft = rule.force is not Force.BINDING and rule.modality is Modality.OBLIGATION
    return "soft" if soft else rule.modality.value


def clauses_of(pack: Pack) -> list[Clause]:
    """The clauses in the order in which the pack's files have them, which is the document's."""
    return sorted(pack.clauses.values(), key=lambda clause: (clause.span.source.name, clause.span.start))


def matrices_of(program: PackProgram, words: Wording) -> Iterator[Matrix]:
    """As few tables as hold all departments; clauses that lay nothing on anybody are left out."""
    marks = dict(_marks(program))
    borne = {body for found in marks.values() for body in found}
    bodies = [body for body in (*program.pack.bodies, "") if body in borne]
    parts = -(-len(bodies) // _MOST)
    size = -(-len(bodies) // parts) if parts else 0
    for part in range(parts):
        chosen = bodies[part * size : (part + 1) * size]
        yield Matrix(
            tuple(words.body(program, body) if body else _unnamed(words) for body in chosen),
            tuple(_rows(program, marks, chosen, words)),
        )


def _unnamed(words: Wording) -> str:
    return words.pick(("由案情确定", "whoever the facts name"))


def _marks(program: PackProgram) -> Iterator[tuple[str, Mapping[str, dict[str, None]]]]:
    """By clause and body the kinds of its rules; a bearer whom the facts name is ""."""
    by_clause = rules_by_clause(program.plans)
    for clause in clauses_of(program.pack):
        found: dict[str, dict[str, None]] = {}
        for name in by_clause.get(clause.id, ()):
            rule = program.by_rule[name].rule
            if rule.modality is not Modality.DEEMED:
                for body in rule.bearer.bodies or ("",):
                    found.setdefault(body, {})[kind_of(rule)] = None
        if found:
            yield clause.id, found


def _rows(
    program: PackProgram,
    marks: Mapping[str, Mapping[str, dict[str, None]]],
    bodies: Iterable[str],
    words: Wording,
) -> Iterator[tuple[str, str, tuple[tuple[str, ...], ...]]]:
    for clause, found in marks.items():
        row = tuple(tuple(found.get(body, ())) for body in bodies)
        if any(row):
            number, summary = words.clause(program, clause)
            yield number, summary, row
