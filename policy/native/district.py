"""A district as one message: vocabulary, equivalences, calendar, reads, and every version with its rules.

District --message_of--> linkage.program.v1.Program --SerializeToString--> Core
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from linkage.program.v1 import program_pb2
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.native.costs import Costs
from policy.native.rules import Rules
from policy.native.texts import Texts
from policy.native.trees import Trees
from policy.pack.equivalences import Equivalences
from policy.pack.model import AttributeDecl
from policy.pack.vocabulary import SECTIONS, Vocabulary
from policy.program.program import PackProgram
from policy.program.reads import Reads
from policy.time.calendar import FIRST_DAY, LAST_DAY, Calendar

FORMAT = 3
"""The version of the form of the message."""


def message_of(district: District) -> program_pb2.Program:
    """The program of a district."""
    texts, vocabulary = Texts(), district.vocabulary
    made = program_pb2.Program(
        format=FORMAT,
        engine_version=ENGINE_VERSION,
        district=district.code,
        vocabulary_digest=vocabulary.digest,
        calendar_digest=district.calendar.digest,
        equivalences=_equivalences(texts, vocabulary.equivalences),
        calendar=_calendar(district.calendar),
        attributes=_attributes(texts, district),
        rules=texts.all(sorted(district.reader.rules)),
        standing=program_pb2.Standing(
            first=district.standing.first,
            instrument=texts.at(district.standing.instrument),
            periods=texts.pairs(district.standing.periods),
        ),
        reads=_reads(texts, district.reads),
        versions=[_version(texts, program) for program in district.programs],
    )
    _vocabulary(made, texts, vocabulary)
    made.effects.extend(texts.pairs(district.effects.by_type))
    made.only.extend(texts.groups({name: sorted(bodies) for name, bodies in district.effects.only.items()}))
    for name, names in sorted(district.reader.results.items()):
        made.results.append(
            program_pb2.Result(
                assessment=texts.at(name),
                grades=texts.all(sorted(names.grades)),
                figures=texts.all(sorted(names.figures)),
                asked=texts.all(sorted(names.asked)),
            )
        )
    made.strings.extend(texts.listed)
    return made


def _vocabulary(made: program_pb2.Program, texts: Texts, vocabulary: Vocabulary) -> None:
    made.sections.extend(texts.named(section, vocabulary.codes(section)) for section in SECTIONS)
    bodies, traits = vocabulary.codes("bodies"), vocabulary.codes("traits")
    made.organs.extend(texts.groups({body: sorted(vocabulary.organs(body)) for body in bodies}))
    made.implied.extend(texts.groups({trait: sorted(vocabulary.implied((trait,))) for trait in traits}))
    told = {event: sorted(vocabulary.told_by(event)) for event in vocabulary.codes("events")}
    made.told.extend(texts.groups({event: states for event, states in told.items() if states}))


def _equivalences(texts: Texts, table: Equivalences) -> program_pb2.Equivalences:
    return program_pb2.Equivalences(
        same_events=texts.pairs(table.same_events),
        filing=texts.at(table.filing),
        body_concerns=texts.all(sorted(table.body_concerns)),
        states=[
            program_pb2.State(
                kind=texts.at(state.kind),
                field=texts.at(state.field),
                flag=texts.at(state.flag),
                roles=texts.all(state.roles),
                everyone=state.everyone,
                begins=texts.all(state.begins),
                ends=texts.all(state.ends),
            )
            for state in table.states
        ],
        flags=texts.pairs(table.flags),
        requests=[texts.named(kind, asked) for kind, asked in sorted(table.requests.items())],
        services=[
            program_pb2.Service(
                event=texts.at(kind),
                documents=texts.all(told.documents),
                result=texts.at(told.result),
                results=texts.pairs(told.results),
            )
            for kind, told in sorted(table.services.items())
        ],
        received=texts.at(table.received),
        documents=texts.pairs(table.documents),
        papers=texts.at(table.papers),
        lasting=texts.groups(table.lasting),
        instrument=texts.at(table.instrument),
        periods=texts.pairs(table.periods),
    )


@lru_cache(maxsize=32)
def _calendar(calendar: Calendar) -> program_pb2.Calendar:
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    settled = []
    for year in calendar.years:
        last = date(year, 12, 31)
        while not calendar.settles(last):
            last -= timedelta(days=1)
        settled.append(program_pb2.Settled(year=year, month=last.month, day=last.day))
    return program_pb2.Calendar(
        first=FIRST_DAY.toordinal(),
        working=_bits(calendar.is_working_day(day) for day in days),
        open=_bits(not calendar.is_published(day) for day in days),
        settled=settled,
    )


def _bits(flags: Iterable[bool]) -> bytes:
    number = sum(1 << place for place, flag in enumerate(flags) if flag)
    return number.to_bytes((number.bit_length() + 7) // 8 + 8, "little")


def _attributes(texts: Texts, district: District) -> list[program_pb2.Attribute]:
    declared: dict[str, AttributeDecl] = {}
    for program in district.programs:
        declared |= program.pack.attributes
    return [
        program_pb2.Attribute(
            name=texts.at(name),
            type=texts.at(one.type),
            excludes=texts.all(one.excludes),
            implies=texts.all(one.implies),
        )
        for name, one in sorted(declared.items())
    ]


def _reads(texts: Texts, reads: Reads) -> program_pb2.Reads:
    fields: dict[str, list[str]] = {}
    for message, field in sorted(reads.fields):
        fields.setdefault(message, []).append(field)
    return program_pb2.Reads(
        fields=texts.groups(fields),
        codes=texts.groups({section: sorted(codes) for section, codes in reads.codes.items()}),
        attributes=texts.all(sorted(reads.attributes)),
        bodies=texts.all(sorted(reads.bodies)),
        acts=texts.all(sorted(reads.acts)),
        triggers=texts.all(sorted(reads.triggers)),
        awaited=[
            texts.named(kind, [text for one in awaited for text in one])
            for kind, awaited in sorted(reads.awaited.items())
        ],
    )


def _version(texts: Texts, program: PackProgram) -> program_pb2.Version:
    pack = program.pack
    trees = Trees(texts, program.params)
    rules = Rules(texts, trees, program)
    costs = Costs(texts)
    made = program_pb2.Version(
        name=texts.at(pack.version),
        digest=texts.at(pack.digest),
        since=program.since,
        until=program.until,
        units=texts.groups({body: units.names for body, units in pack.units.items()}),
        terms=[
            program_pb2.Term(
                name=texts.at(name),
                parameters=texts.all(parameter for parameter, _ in term.params),
                lines=[trees.at(line.tree) for line in term.conditions],
            )
            for name, term in program.terms.items()
        ],
        rules=[rules.rule(plan) for plan in program.plans],
    )
    for rule, cost, ending in zip(made.rules, program.costs, program.ending_costs, strict=True):
        rule.cost, rule.ending_cost = costs.at(cost), costs.at(ending)
    made.sizes.extend(costs.sizes)
    made.costs.extend(costs.costs)
    made.nodes.extend(trees.nodes)
    for selection, numbers in (
        (program.triggered, made.triggered),
        (program.gathered, made.gathered),
        (program.clocked, made.clocked),
        (program.on_breach, made.on_breach),
        (program.gathered_on_breach, made.gathered_on_breach),
        (program.clocked_on_breach, made.clocked_on_breach),
    ):
        numbers.extend(plan.number for plan in selection.plans)
    return made
