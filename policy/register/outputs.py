"""What is to be handed over when a duty is done: forms, seals, signatures, feedback; what of it is missing.

A report describes what was done and asks for nothing. Of a form the fields with options are told here; names,
numbers and addresses stay on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linkage.v1 import register_pb2
from policy.facts.reading import MAX_TEXT, Violation
from policy.pack.model import Force, Form, FormField, Pack, Rule, Text


class Expected(NamedTuple):
    """One output: its id, what it is, and its form where it is one."""

    id: str
    text: Text
    form: Form | None


def expected(rule: Rule, pack: Pack) -> tuple[Expected, ...]:
    """What the rule asks for: a form by its id, anything else by its place, 1, 2 …"""
    if rule.force is Force.REPORTED:
        return ()
    return tuple(
        Expected(output.form or str(number), output.text, pack.forms.get(output.form))
        for number, output in enumerate(rule.outputs, 1)
    )


def wrong_outputs(
    wanted: Sequence[Expected], provided: Sequence[register_pb2.ProvidedOutput], lang: str
) -> Iterator[Violation]:
    """What is missing of what is asked for, named in ``lang``; and what is not asked for."""
    ids = tuple(one.id for one in wanted)
    given: dict[str, register_pb2.ProvidedOutput] = {}
    for index, one in enumerate(provided):
        place = f"outputs[{index}]"
        if one.id not in ids:
            yield Violation(f"{place}.id", "LNK018", (("name", one.id[:64]),), ids)
        elif one.id in given:
            yield Violation(f"{place}.id", "LNK803")
        else:
            given[one.id] = one
            form = next(each.form for each in wanted if each.id == one.id)
            yield from _wrong_answers(place, form, one, lang)
        if len(one.reference) > MAX_TEXT:
            args = (("count", str(len(one.reference))), ("limit", str(MAX_TEXT)))
            yield Violation(f"{place}.reference", "LNK813", args)
    for each in wanted:
        if each.id not in given:
            yield Violation("outputs", "LNK017", (("id", each.id), ("output", each.text.get(lang))))


def _wrong_answers(
    place: str, form: Form | None, one: register_pb2.ProvidedOutput, lang: str
) -> Iterator[Violation]:
    fields = {each.id: each for each in (form.fields if form is not None else ()) if each.options}
    answered = set()
    for number, answer in enumerate(one.answers):
        at = f"{place}.answers[{number}]"
        field = fields.get(answer.field)
        if field is None:
            yield Violation(f"{at}.field", "LNK020", (("name", answer.field[:64]),), tuple(fields))
            continue
        if field.id in answered:
            yield Violation(f"{at}.field", "LNK803")
        answered.add(field.id)
        yield from _wrong_options(at, field, answer.options, lang)
    for field in fields.values():
        if field.id not in answered:
            args = (("id", field.id), ("field", field.title.get(lang)))
            yield Violation(f"{place}.answers", "LNK019", args)


def _wrong_options(at: str, field: FormField, options: Sequence[str], lang: str) -> Iterator[Violation]:
    allowed = tuple(option.get(lang) for option in field.options)
    known = {text for option in field.options for text in (option.zh, option.en) if text}
    for place, option in enumerate(options):
        if option not in known:
            yield Violation(f"{at}.options[{place}]", "LNK046", (("name", option[:64]),), allowed)
    if not options or (len(options) > 1 and not field.multiple):
        yield Violation(f"{at}.options", "LNK021", (("field", field.title.get(lang)),))
