"""The words of an answer, in Chinese or English: names, clauses, reasons; for tables, gRPC and HTML alike.

A body is called what the district's pack calls it; every other code by its label in the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from policy.decide.decision import Conflict, Decision, Obligation, RuleError, State
from policy.decide.snapshot import District
from policy.documents.sources import NO_SOURCES, Sources
from policy.facts.findings import Deeming
from policy.facts.labels import ELEMENTS, FIELDS, PARTS
from policy.facts.paths import element, parts
from policy.facts.reading import Violation
from policy.pack.model import Force, Modality, Rule, Text
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition
from policy.text.characters import printable
from policy.text.messages import CATALOG, Words
from policy.text.messages.expressions import FAILURES
from policy.text.suggest import suggest
from policy.time.calendar import SHANGHAI
from policy.time.deadline import Due, step_text
from policy.time.due import Mark
from policy.time.moment import NANO

LANGUAGES = ("zh", "en")

STATES = {
    State.PENDING: ("待履行", "pending"),
    State.OVERDUE: ("逾期未履行", "overdue, still owed"),
    State.FULFILLED: ("已履行", "fulfilled"),
    State.FULFILLED_LATE: ("逾期后履行", "fulfilled late"),
    State.DISCHARGED: ("已解除", "discharged"),
    State.SUSPENDED: ("已中止", "suspended"),
    State.TERMINATED: ("已终结", "terminated"),
    State.UNDETERMINED: ("待查明", "undetermined"),
}
_STANDING = {
    (Modality.PROHIBITION, State.PENDING): ("禁止，持续有效", "prohibited, in force"),
    (Modality.PERMISSION, State.PENDING): ("可以行使", "may be exercised"),
    (Modality.PERMISSION, State.FULFILLED): ("已行使", "exercised"),
}
# Violated without a due time: a duty, a prohibition.
_VIOLATED = (("已违反，仍须履行", "violated, still owed"), ("已违反，仍须遵守", "violated, still in force"))
_MODALITIES = {
    Modality.OBLIGATION: ("应当", "must"),
    Modality.PROHIBITION: ("不得", "must not"),
    Modality.PERMISSION: ("可以", "may"),
    Modality.DEEMED: ("视为", "counts as a fact"),
}
_FORCES = {
    "binding": ("强制", "binding"),
    "soft": ("倡导", "soft"),
    "reported": ("报道做法", "reported practice"),
}
_BEARINGS = {
    "sole": ("", ""),
    "joint": ("共同", "jointly"),
    "several": ("分别", "severally"),
    "each_unit": ("", ""),
}


class Titled(Protocol):
    """A duty, as far as people call it by its title and its clauses."""

    @property
    def program(self) -> PackProgram:
        """The version whose duty it is."""

    @property
    def plan(self) -> RulePlan:
        """Its rule."""

    @property
    def rule(self) -> str:
        """The rule's id."""

    @property
    def basis(self) -> tuple[str, ...]:
        """Its clauses."""


class Wording:
    """Words for one district in one language ("zh" or "en"); quotes from the documents attached to it."""

    def __init__(self, district: District, lang: str, sources: Sources = NO_SOURCES) -> None:
        self._district = district
        self.sources = sources
        self.vocabulary = district.vocabulary
        self.lang = lang
        self._duties: Mapping[str, Titled] = {}

    def within(self, decision: Decision) -> Wording:
        """The same words, which know the duties of a decision by their titles."""
        return self.knowing(decision.by_id)

    def knowing(self, duties: Mapping[str, Titled]) -> Wording:
        """The same words, which know these duties by their titles."""
        found = Wording(self._district, self.lang, self.sources)
        found._duties = duties
        return found

    def pick(self, pair: tuple[str, str]) -> str:
        """The half of a (zh, en) pair that is in this language."""
        return pair[1] if self.lang == "en" else pair[0]

    def text(self, text: Text) -> str:
        """A text of the pack."""
        return text.get(self.lang)

    def code(self, section: str, code: str) -> str:
        """The vocabulary's label."""
        return self.vocabulary.label(section, code, self.lang)

    def any_body(self, code: str) -> str:
        """What the district's latest version calls a body."""
        programs = self._district.programs
        return self.body(programs[-1], code) if programs else self.code("bodies", code)

    def body(self, program: PackProgram, code: str) -> str:
        """What the district calls a body; in English the vocabulary's label where the pack gives none."""
        local = program.pack.bodies.get(code)
        if local is not None and (self.lang == "zh" or local.en):
            return local.get(self.lang)
        return self.code("bodies", code)

    def clause(self, program: PackProgram, clause: str) -> tuple[str, str]:
        """A clause's number as printed and its summary."""
        found = program.pack.clauses.get(clause)
        return (found.number, found.summary.get(self.lang)) if found is not None else (clause, "")

    def quote(self, program: PackProgram, clause: str) -> str:
        """A clause verbatim, where its document is attached and unchanged; else ""."""
        return self.sources.quote(program.pack, clause)

    def modality(self, obligation: Obligation) -> str:
        """应当, 不得, 可以; what a press report tells is nobody's 应当, only a reported practice."""
        rule = obligation.plan.rule
        if rule.force is Force.REPORTED and rule.modality is Modality.OBLIGATION:
            return self.force(obligation)
        return self.pick(_MODALITIES[rule.modality])

    def force(self, obligation: Obligation) -> str:
        """Binding, soft or reported, in words."""
        return self.strength(obligation.plan.rule.force)

    def norm(self, modality: Modality) -> str:
        """应当, 不得, 可以, 视为."""
        return self.pick(_MODALITIES[modality])

    def strength(self, force: Force) -> str:
        """Binding, soft or reported, in words."""
        return self.pick(_FORCES[force.value])

    def bearer(self, obligation: Obligation) -> str:
        """Who bears it: local names, the concrete unit, the party."""
        names = [self.body(obligation.program, code) for code in obligation.bearers]
        text = ("、" if self.lang == "zh" else ", ").join(names)
        if obligation.bearer_unit:
            unit = self._unit(obligation)
            text += self.pick((f"（{unit}）", f" ({unit})"))
        if obligation.bearer_party:
            party = self.path(element("parties", obligation.bearer_party))
            text = f"{text} {party}".strip()
        how = self.pick(_BEARINGS[obligation.plan.rule.bearing.value])
        return text + self.pick((f"（{how}）", f", {how}")) if how else text

    def _unit(self, obligation: Obligation) -> str:
        """The concrete unit: a body's name where the rule gives a body code, else as the facts name it."""
        known = obligation.bearer_unit in self.vocabulary.codes("bodies")
        return self.body(obligation.program, obligation.bearer_unit) if known else obligation.bearer_unit

    def counterparty(self, obligation: Obligation) -> str:
        """To whom it is owed."""
        names = [self.body(obligation.program, code) for code in obligation.counterparties]
        if obligation.counterparty_party:
            names.append(self.path(element("parties", obligation.counterparty_party)))
        return ("、" if self.lang == "zh" else ", ").join(names)

    def basis(self, program: PackProgram, clauses: Iterable[str]) -> str:
        """Printed numbers of clauses."""
        return ("、" if self.lang == "zh" else ", ").join(self.clause(program, c)[0] for c in clauses)

    def because(self, obligation: Obligation) -> list[str]:
        """The conditions that hold, in words; of alternatives those whose clauses are cited."""
        return self.meanings(obligation.plan, obligation.basis)

    def meanings(self, plan: RulePlan, cited: tuple[str, ...]) -> list[str]:
        """The conditions of a rule in words; of alternatives those all of whose clauses are ``cited``."""
        return list(dict.fromkeys(self._meanings(plan.typed.when, cited)))

    def _meanings(self, lines: Iterable[TypedCondition], cited: tuple[str, ...]) -> Iterator[str]:
        for line in lines:
            grounds = line.alternatives
            held = [g for g in grounds if g.source.basis and set(g.source.basis) <= set(cited)]
            means = line.source.means.get(self.lang)
            if means or not held:
                yield means
            yield from self._meanings(held, cited)

    def concerns(self, obligation: Obligation) -> str:
        """Whom the duty is about: the body's local name, and the concrete unit; empty where nobody."""
        if not obligation.concerns:
            return obligation.concerns_unit
        name = self.body(obligation.program, obligation.concerns)
        unit = obligation.concerns_unit
        return name + self.pick((f"（{unit}）", f" ({unit})")) if unit else name

    def breached(self, obligation: Obligation) -> str:
        """The duty whose breach triggers this one: its title, its clauses and who bore it; else empty."""
        if obligation.breach is None:
            return ""
        identity, rule, bearer = obligation.breach
        name = self.body(obligation.program, bearer) if bearer else ""
        return self._duty(identity, rule, name)

    def _duty(self, identity: str, rule: str, bearer: str) -> str:
        """A duty by what people call it; its id is for machines."""
        title, number = self.duty_title(identity, rule), self.basis(*self.duty_clauses(identity, rule))
        text = f"“{title}”" + (self.pick((f"（{number}）", f" ({number})")) if number else "")
        return self.pick((f"{bearer}{text}", f"{bearer}: {text}")) if bearer else text

    def duty_title(self, identity: str, rule: str) -> str:
        """The title of an obligation of this decision, or of a rule."""
        found = self._duties.get(identity)
        source = found.plan.rule if found is not None else self.rule(rule)[1]
        return self.text(source.title) if source is not None else rule

    def duty_clauses(self, identity: str, rule: str) -> tuple[PackProgram, tuple[str, ...]]:
        """The clauses of an obligation of this decision, or of a rule, and whose they are."""
        found = self._duties.get(identity)
        if found is not None:
            return found.program, found.basis
        program, source = self.rule(rule)
        latest = program or self._district.programs[-1]
        return latest, source.basis if source is not None else ()

    def rule(self, rule: str, version: str = "") -> tuple[PackProgram | None, Rule | None]:
        """A rule of the district: of this version, else of the latest that has it."""
        for program in reversed(self._district.programs):
            if rule in program.by_rule and version in ("", program.pack.version):
                return program, program.by_rule[rule].rule
        return None, None

    def state(self, obligation: Obligation) -> str:
        """The state in words; of prohibitions and permissions in words of their own."""
        state = obligation.standing.state
        if state is State.OVERDUE and (obligation.due is None or obligation.due.at is None):
            return self.pick(_VIOLATED[obligation.plan.rule.modality is Modality.PROHIBITION])
        key = (obligation.plan.rule.modality, state)
        return self.pick(_STANDING.get(key) or STATES[obligation.standing.state])

    def moment(self, nanos: int) -> str:
        """``2024-03-03 09:30`` in Shanghai time, with seconds and their fraction where there are any."""
        seconds, fraction = divmod(nanos, NANO)
        moment = datetime.fromtimestamp(seconds, SHANGHAI)
        text = moment.strftime("%Y-%m-%d %H:%M")
        if fraction:
            return f"{text}:{moment.second:02d}." + f"{fraction:09d}".rstrip("0")
        return text + (f":{moment.second:02d}" if moment.second else "")

    def due(self, obligation: Obligation) -> str:
        """When it is due, in one phrase."""
        plan = obligation.plan.due
        if plan is None:
            return self.pick(("未规定时限", "no deadline"))
        due = obligation.due
        if due is None:
            return self.pick(("时限待查明", "due time unknown"))
        if due.marks[-1][0] == "stands_still":
            return self.pick(("停止计算，恢复后再定", "the clock stands still"))
        if due.at is None:
            word = plan.source.word
            named = self.code("deadline_words", word) if word else self.pick(("未定时限", "no time fixed"))
            return f"{named}{self.pick(('（未定时限）', ' (no time fixed)'))}" if word else named
        text = self.due_time(due)
        marks = []
        if due.original_nanos is not None:
            former = self.original_due(due)
            marks.append(self.pick((f"已延长，原定 {former}", f"extended from {former}")))
        if due.provisional:
            marks.append(self.pick(("暂定", "provisional")))
        if plan.local:
            marks.append(self.pick(("本地参数", "local parameter")))
        joined = self.pick(("、", ", ")).join(marks)
        return f"{text}{self.pick(('（' + joined + '）', ' (' + joined + ')'))}" if marks else text

    def due_time(self, due: Due) -> str:
        """The due moment; the end of a day as 24:00 of that day. Empty where there is none."""
        return "" if due.nanos is None else self._stated(due.nanos, due.marks[-1])

    def original_due(self, due: Due) -> str:
        """When it was due before it was extended; empty where it was not."""
        if due.original_nanos is None:
            return ""
        codes = [code for code, _ in due.marks]
        extended = min(codes.index(code) for code in ("extended", "extended_by_law") if code in codes)
        return self._stated(due.original_nanos, due.marks[extended - 1])

    def _stated(self, nanos: int, step: Mark) -> str:
        """A due moment as the step that states it has it."""
        code, values = step
        if code == "ends" and isinstance(values[0], date):
            return f"{values[0].isoformat()} 24:00"
        return self.moment(nanos)

    def deemed_from(self, deemed: Deeming) -> str:
        """From when something counts as a fact; the end of a day as 24:00 of that day."""
        due = deemed.due
        return self.due_time(due) if due is not None and due.nanos == deemed.at else self.moment(deemed.at)

    def steps(self, due: Due) -> list[tuple[str, str]]:
        """Code and words of every counting step."""
        return [(step.code, step_text(step, self.lang)) for step in due.steps]

    def path(self, path: str) -> str:
        """An element of the case, in words: 事件 e1; a state by its name, a breach by the duty."""
        words = []
        for name, key in parts(path):
            if name in ELEMENTS:
                words.append(self._element(name, key))
        return self.pick(("的", ", ")).join(words) or path

    def _element(self, name: str, key: str) -> str:
        _, zh, en = ELEMENTS[name]
        kind = self.pick((zh, en))
        if name == "statuses":
            code, _, begun = key.partition(":")
            by_event = begun and not begun.lstrip("-").isdecimal()
            since = self._element("events", begun) if by_event else self.moment(int(begun)) if begun else ""
            told = self.pick((f"（自 {since}）", f" (since {since})")) if since else ""
            return self.pick((f"{kind}“", f"{kind} “")) + self.code("traits", code) + "”" + told
        if name == "breaches":
            identity, _, bearer = key.partition(":")
            duty = self._duties.get(identity)
            if duty is None:
                return kind
            who = self.body(duty.program, bearer) if bearer else ""
            return self.pick((f"{kind}：", f"{kind}: ")) + self._duty(identity, duty.rule, who)
        _, deemed = self.rule(key.partition(":")[0])
        if deemed is not None and deemed.deemed is not None:
            title = self.text(deemed.title)
            return self.pick((f"视为的{kind}“{title}”", f"the deemed {kind} “{title}”"))
        return f"{kind} {key}"

    def fact(self, path: str) -> str:
        """A missing fact, in words: 事件 e1 的由哪个单位实施."""
        if path.startswith("param."):
            return self._parameter(path.removeprefix("param."))
        if path.startswith("attributes["):
            return self.attribute(path.removeprefix("attributes[").removesuffix("]"))
        message, words = "Case", []
        for name, key in parts(path):
            if name in ELEMENTS and key:
                message = ELEMENTS[name][0]
                words.append(self._element(name, key))
                continue
            label = FIELDS.get((message, name))
            message = PARTS.get(name, message)
            if label is not None:
                words.append(self.pick(label))
        return self.pick(("：", ": ")).join(words) or path

    def _parameter(self, name: str) -> str:
        for program in self._district.programs:
            if name in program.pack.parameters:
                means = program.pack.parameters[name].means.get(self.lang) or name
                return self.pick((f"本地参数“{means}”", f"local parameter “{means}”"))
        return name

    def attribute(self, name: str) -> str:
        """What the district calls a fact of its own."""
        for program in self._district.programs:
            if name in program.pack.attributes:
                return program.pack.attributes[name].means.get(self.lang) or name
        return name

    def violation(self, violation: Violation) -> str:
        """What is wrong with a field of a request."""
        return message(violation.code, self.lang, dict(violation.args))

    def suggestion(self, violation: Violation) -> str:
        """The code that was probably meant, or empty."""
        return suggest(violation.name, violation.candidates)

    def rule_error(self, error: RuleError) -> str:
        """What went wrong in evaluating a rule."""
        return self.failure(error.code, error.reason, error.rule, error.bound)

    def failure(self, code: str, reason: str, rule: str, bound: tuple[str, ...]) -> str:
        """The same, of its parts."""
        path = bound[0] if bound else ""
        words = FAILURES.get(reason)
        said = words.get(self.lang) if words is not None else reason
        text = message(code, self.lang, {"reason": said, "path": path, "name": rule})
        if code != "LNK820":
            return text
        return text + self.pick(("；现有版本：", "; the versions are: ")) + self.versions()

    def versions(self) -> str:
        """The versions of the district's document, and from when to when each is in force."""
        return self.pick(("；", "; ")).join(self._version(program) for program in self._district.programs)

    def _version(self, program: PackProgram) -> str:
        pack = program.pack
        if pack.reported:
            day = pack.reported_on.isoformat() + " " if pack.reported_on is not None else ""
            return self.pick(
                (f"{pack.version}（{day}报道）", f"{pack.version} (reported {day})".replace(" )", ")"))
            )
        first = pack.effective_from.astimezone(SHANGHAI).date().isoformat()
        if pack.effective_to is None:
            return self.pick((f"{pack.version}（{first} 起）", f"{pack.version} (from {first})"))
        last = (pack.effective_to - timedelta(seconds=1)).astimezone(SHANGHAI).date().isoformat()
        return self.pick((f"{pack.version}（{first} 至 {last}）", f"{pack.version} (from {first} to {last})"))

    def conflict(self, conflict: Conflict) -> str:
        """Which two rules contradict each other."""
        return self.opposed([(o.rule, o.program, o.basis) for o in conflict])

    def opposed(self, rules: Iterable[tuple[str, PackProgram, tuple[str, ...]]]) -> str:
        """The same of rules, each with its version and what it rests on."""
        sides = [f"{rule}（{self.basis(program, basis)}）" for rule, program, basis in rules]
        return self.pick(
            (
                f"规则 {sides[0]} 与 {sides[1]} 对同一主体的同一行为要求相反",
                f"rules {sides[0]} and {sides[1]} say opposite things of one body and action",
            )
        )


def message(code: str, lang: str, args: Mapping[str, str | Words]) -> str:
    """A message of the fault catalogue, its placeholders filled."""
    words = {
        name: value.get(lang) if isinstance(value, Words) else printable(value)
        for name, value in args.items()
    }
    return CATALOG[code].text(lang).format_map(words)
