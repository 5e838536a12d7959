"""What an editor asks of a place in a file: completion, hover, where it is declared and used, a new name.

Workspace, file, offset --asking--> plain answers, which ``server`` puts into the protocol's messages
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy.editor.cursor import ITEM, Cursor, cursor
from policy.editor.grammar import KINDS, kind_of
from policy.editor.marks import ANY_CODE, CODE, Mark
from policy.editor.shapes import (
    Choice,
    Code,
    Either,
    Expression,
    Facts,
    Items,
    Keys,
    Many,
    Name,
    Named,
    Shape,
    Truth,
)
from policy.editor.workspace import Workspace
from policy.facts.labels import FIELDS
from policy.pack.paths import MESSAGES, element_of, section_of
from policy.pack.reader import CLAUSE_ID, RULE_ID
from policy.pack.vocabulary import CODE as CODE_FORM
from policy.pack.vocabulary import CODE_FIELDS, SECTIONS
from policy.text import nodes
from policy.text.diagnostics import Fault, Words, fault
from policy.text.nodes import Node, Scalar
from policy.text.source import Source

RENAMED = frozenset(
    ["rule", "clause", "parameter", "deadline", "form", "term", "group", "attribute", "contact", "assessment"]
)
"""Kinds that can be given another name. Codes of the vocabulary cannot: cases and programs send them."""
_FORMS = {"rule": RULE_ID, "assessment": RULE_ID, "clause": CLAUSE_ID}
_FACTS = "message:"
_BINDINGS = re.compile(r"(\w+)\s*:\s*(case\.\w+|breaches|\w+\.\w+)", re.ASCII)
_PATH = re.compile(r"([a-z]\w*(?:\.\w+)*)\.(\w*)$", re.ASCII)
_COMPARED = re.compile(r"([a-z]\w*(?:\.\w+)+)\s*(?:==|!=|in)\s*\[?[^=!]*[\"']\w*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be typed; ``means`` is what it is called, by which it is found, too."""

    text: str
    means: str
    kind: str
    colon: bool = False


# -- completion


def offers(workspace: Workspace, source: Source, offset: int, lang: str) -> list[Offer]:
    """What may be typed at ``offset`` of a file, which may be half typed."""
    at = cursor(source.text, offset)
    found = [found for shape in _shapes(source.name, at) for found in _of(workspace, source, at, shape, lang)]
    return list({offer.text: offer for offer in found}.values())


def _shapes(name: str, at: Cursor) -> list[Shape | str]:
    """The shapes that may stand at the cursor, or messages of the facts (``message:Event``)."""
    here: list[Shape | str] = [KINDS[kind_of(name)]]
    for step in at.path:
        here = [inner for shape in here for inner in _step(shape, step)]
    if at.key:
        here = [inner for shape in here for inner in _step(shape, at.key)]
    return [one for shape in here for one in _flat(shape)]


def _flat(shape: Shape | str) -> Iterator[Shape | str]:
    match shape:
        case Either(of):
            for one in of:
                yield from _flat(one)
        case Many(of):
            yield Items(of)
            yield from _flat(of)
        case Facts():
            yield f"{_FACTS}Case"
        case _:
            yield shape


def _step(shape: Shape | str, step: str) -> Iterator[Shape | str]:
    for one in _flat(shape):
        match one:
            case Items(of) if step == ITEM:
                yield of
            case Keys(_, known) if step in known:
                yield known[step].shape
            case Named(_, value):
                yield value
            case str() if step == ITEM:
                yield one
            case str():
                yield from _fact(one.removeprefix(_FACTS), step)
            case _:
                pass


def _fact(message: str, field: str) -> Iterator[Shape | str]:
    section = CODE_FIELDS.get((message, field))
    found = MESSAGES[message].fields_by_name.get(field)
    if section is not None:
        yield Many(Code(section))
    elif found is not None and found.message_type is not None and found.message_type.name in MESSAGES:
        yield f"{_FACTS}{found.message_type.name}"


def _of(workspace: Workspace, source: Source, at: Cursor, shape: Shape | str, lang: str) -> Iterator[Offer]:
    if not at.key and isinstance(shape, Keys | Named | str):
        yield from _keys(workspace, source, shape, lang)
    match shape:
        case Choice(values):
            yield from (Offer(value, "", "value") for value in values)
        case Truth():
            yield from (Offer(value, "", "value") for value in ("true", "false"))
        case Code(section):
            yield from _codes(workspace, section, lang)
        case Name(kind, False):
            yield from _names(workspace, source, kind, lang)
        case Expression():
            yield from _in_expression(workspace, source, at, lang)
        case Items(of) if at.key and not at.typed:
            yield from _of(workspace, source, at, of, lang)
        case _:
            pass


def _keys(workspace: Workspace, source: Source, shape: Shape | str, lang: str) -> Iterator[Offer]:
    match shape:
        case Keys(_, known):
            yield from (Offer(name, key.means.get(lang), "key", True) for name, key in known.items())
        case Named(Code(section)):
            yield from (
                Offer(one.text, one.means, one.kind, True) for one in _codes(workspace, section, lang)
            )
        case Named(Name(kind, False)):
            yield from (
                Offer(one.text, one.means, one.kind, True) for one in _names(workspace, source, kind, lang)
            )
        case str():
            message = shape.removeprefix(_FACTS)
            for field in MESSAGES[message].fields:
                label = FIELDS.get((message, field.name), ("", ""))
                yield Offer(field.name, label[lang == "en"], "field", True)
        case _:
            pass


def _codes(workspace: Workspace, section: str, lang: str) -> Iterator[Offer]:
    vocabulary = workspace.vocabulary()
    for code in vocabulary.codes(section).values() if vocabulary is not None else ():
        yield Offer(code.code, code.label(lang), "code")


def _names(workspace: Workspace, source: Source, kind: str, lang: str) -> Iterator[Offer]:
    if kind == "variable":
        offset = len(source.text)
        yield from (Offer(name, path, "variable") for name, path in _bound(source.text, offset).items())
    for mark in workspace.declared(source.name, kind):
        yield Offer(mark.name, _says(mark, lang), kind)


def _bound(text: str, offset: int) -> dict[str, str]:
    """The variables of the nearest ``each`` (or ``params``) above ``offset``."""
    at = max(text.rfind("each:", 0, offset), text.rfind("params:", 0, offset))
    if at < 0:
        return {}
    line_end = text.find("\n", at)
    block = text[at + 5 : line_end if "{" in text[at:line_end] else min(offset, at + 400)]
    if text.startswith("params:", at):
        return dict(re.findall(r"(\w+)\s*:\s*([A-Z]\w*)", block))
    return dict(_BINDINGS.findall(block))


def _in_expression(workspace: Workspace, source: Source, at: Cursor, lang: str) -> Iterator[Offer]:
    offset = at.line_start + source.text[at.line_start :].find(at.typed) + len(at.typed) if at.typed else 0
    bound = _bound(source.text, offset or len(source.text))
    messages: dict[str, str] = {}
    for name, path in bound.items():
        messages[name] = path if path in MESSAGES else element_of(path, messages)
    if compared := _COMPARED.search(at.typed):
        section = section_of(compared[1], messages)
        yield from _codes(workspace, section, lang) if section else ()
        return
    if found := _PATH.search(at.typed):
        yield from _fields(workspace, source, found[1], messages, lang)
        return
    yield from (Offer(name, message, "variable") for name, message in {"case": "Case", **messages}.items())
    yield from (
        Offer(mark.name, _says(mark, lang), "term") for mark in workspace.declared(source.name, "term")
    )


def _fields(
    workspace: Workspace, source: Source, path: str, messages: dict[str, str], lang: str
) -> Iterator[Offer]:
    """What may follow a dot: fields of facts, own facts after ``attr``, parameters after ``param``."""
    own = {"attr": "attribute", "param": "parameter"}.get(path)
    if own is not None:
        yield from (Offer(m.name, _says(m, lang), own) for m in workspace.declared(source.name, own))
        return
    root, *steps = path.split(".")
    message = "Case" if root == "case" else messages.get(root, "")
    for step in steps:
        field = MESSAGES[message].fields_by_name.get(step) if message in MESSAGES else None
        message = field.message_type.name if field is not None and field.message_type is not None else ""
    for field in MESSAGES[message].fields if message in MESSAGES else ():
        yield Offer(field.name, FIELDS.get((message, field.name), ("", ""))[lang == "en"], "field")


# -- what stands there


def mark_at(workspace: Workspace, name: str, offset: int) -> Mark | None:
    """The name at ``offset``; of several readings of it the one that something declares."""
    found = [m for m in workspace.marks(name) if m.span.start <= offset <= m.span.end]
    found.sort(key=lambda mark: not mark.new)
    known = [mark for mark in found if any(other.new for _, other in workspace.same(name, mark))]
    return next(iter(known or found), None)


def hover(workspace: Workspace, source: Source, offset: int, lang: str) -> str:
    """What a name, a code or a key means, as Markdown; "" where there is nothing to say."""
    mark = mark_at(workspace, source.name, offset)
    if mark is not None:
        if mark.kind.startswith(CODE):
            return _label(workspace, mark, lang)
        new = next((other for _, other in workspace.same(source.name, mark) if other.new), None)
        return f"**{mark.name}** {_says(new, lang)}" if new is not None else ""
    word, end = _word(source.text, offset)
    at = cursor(source.text, end)
    if source.text[end : end + 1] == ":" and not at.key:
        for shape in _shapes(source.name, at):
            if isinstance(shape, Keys) and word in shape.keys:
                return f"**{word}** {shape.keys[word].means.get(lang)}"
    labels = {zh if lang == "zh" else en for (_, field), (zh, en) in FIELDS.items() if field == word}
    return f"**{word}** {' / '.join(sorted(labels))}" if labels else ""


def _word(text: str, offset: int) -> tuple[str, int]:
    start, end = offset, offset
    while start > 0 and re.match(r"\w", text[start - 1]):
        start -= 1
    while end < len(text) and re.match(r"\w", text[end]):
        end += 1
    return text[start:end], end


def _label(workspace: Workspace, mark: Mark, lang: str) -> str:
    vocabulary = workspace.vocabulary()
    if vocabulary is None:
        return ""
    section = mark.kind.removeprefix(CODE)
    sections = SECTIONS if mark.kind == ANY_CODE else [section]
    for name in sections:
        code = vocabulary.codes(name).get(mark.name)
        if code is not None:
            law = f"\n\n{code.law}" if code.law else ""
            return f"**{code.code}** {code.zh} · {code.en} ({Words(*SECTIONS[name]).get(lang)}){law}"
    return ""


def _says(mark: Mark, lang: str) -> str:
    """What a declaration says of itself: a clause its number and summary, others their title or meaning."""
    if not isinstance(mark.says, nodes.Mapping):
        return ""
    said = {key.text: _text(value, lang) for key, value in mark.says.entries}
    return " ".join(
        said[key] for key in ("number", "title", "means", "summary", "value", "name") if said.get(key)
    )


def _text(node: Node, lang: str) -> str:
    if isinstance(node, nodes.Mapping):
        said = {key.text: value.text for key, value in node.entries if isinstance(value, Scalar)}
        return said.get(lang) or said.get("zh", "")
    return node.text if isinstance(node, Scalar) and node.text not in ("null", "") else ""


# -- another name


def renamed(
    workspace: Workspace, name: str, offset: int, new: str
) -> tuple[dict[str, list[tuple[Source, int, int, str]]], Fault | None]:
    """The edits by which a name is changed in every file: place and text, by file; or why it is not."""
    mark = mark_at(workspace, name, offset)
    if mark is None or mark.kind not in RENAMED:
        return {}, fault("LNK323", None, name=mark.name if mark is not None else "")
    if not _FORMS.get(mark.kind, CODE_FORM).fullmatch(new):
        return {}, fault("LNK324", None, name=new)
    if any(other.name == new for other in workspace.declared(name, mark.kind)):
        return {}, fault("LNK325", None, name=new)
    places = workspace.same(name, mark)
    edits: dict[str, list[tuple[Source, int, int, str]]] = {}
    for file, other in places:
        written = other.span.snippet
        text = new
        if written != mark.name:  # a row of a table: its own part of the id alone
            head = mark.name.removesuffix(written)
            if not new.startswith(head) or not new.removeprefix(head):
                return {}, fault("LNK326", None, name=new, head=head)
            text = new.removeprefix(head)
        edits.setdefault(file, []).append((other.span.source, other.span.start, other.span.end, text))
    return edits, None


# -- symbols


def symbols(workspace: Workspace, name: str, lang: str) -> list[tuple[Mark, str]]:
    """What a file declares, with what it says of itself."""
    shown = RENAMED | {"table"}
    return [(m, _says(m, lang)) for m in workspace.marks(name) if m.new and m.kind in shown]
