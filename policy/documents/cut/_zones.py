"""The parts of a document, each numbered on its own: covering letter, body, annexes.

GB/T 9704-2012 gives the pieces their names: 主送机关 (addressees), 附件说明 (list of annexes), 落款
(signature and date), 版记 (imprint).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice, pairwise

from policy.documents.cut._markers import Style, marker_at
from policy.documents.cut._paragraphs import Paragraph
from policy.documents.cut._prose import DATE, IMPRINT, REMARK, annex_line, ends_sentence

_ISSUED = re.compile(
    r".*(?:印发|转发|发布|公布|下发|颁布|批转)(?P<name>.{4,120})的(?:通知|决定|函|公告|通报|令)(?:\([^)]*\))?"
)
_ADDRESSEE = re.compile(r"(?!.*(?:如下|以下|下列|按照|根据|议定|约定|商定|决定))[^。;]{1,200}:")
_SAME_TITLE = 0.8
_LONGEST_TITLE = 120
_SIGNATORIES = 4
_LINES_OF_A_NAME = 5
_LIST_STYLES = (
    Style.NUMBER_COMMA,
    Style.NUMBER_DOT,
    Style.NUMBER_PAREN,
    Style.NUMBER_HALF_PAREN,
    Style.CHINESE,
)


class Role(StrEnum):
    """What a paragraph is in the form of its zone."""

    LABEL = "label"
    TITLE = "title"
    CONTENTS = "toc"
    ADDRESSEES = "addressees"
    TEXT = "text"
    ANNEX_LIST = "attachments"
    SIGNATURE = "signature"
    IMPRINT = "imprint"
    REMARK = "note"
    ROW = "row"


class ZoneKind(StrEnum):
    """Which part of a document a zone is."""

    COVER = "cover"
    BODY = "body"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a document; `number` is an annex's own. `roles` stand beside `paragraphs`, one each."""

    kind: ZoneKind
    number: int
    paragraphs: tuple[Paragraph, ...]
    roles: tuple[Role, ...]


def zones_from_paragraphs(paragraphs: Sequence[Paragraph]) -> tuple[Zone, ...]:
    """The zones of a document, in order. The instrument annexed to a covering letter is the body."""
    starts = _annex_starts(paragraphs)
    bounds = [0, *starts, len(paragraphs)]
    parts = [paragraphs[low:high] for low, high in pairwise(bounds)]
    front, annexes = parts[0], parts[1:]
    zones: list[Zone] = []
    if annexes and (not front or _is_letter_of(front, annexes[0])):
        zones += [_zone(ZoneKind.COVER, 0, front), _zone(ZoneKind.BODY, 0, annexes[0])]
        annexes, first = annexes[1:], 2
    else:
        cut = _instrument_start(front)
        if cut:
            zones.append(_zone(ZoneKind.COVER, 0, front[:cut]))
        zones.append(_zone(ZoneKind.BODY, 0, front[cut:]))
        first = 1
    for order, part in enumerate(annexes, first):
        zones.append(_zone(ZoneKind.ANNEX, _annex_number(part[0].key, order), part))
    return tuple(zone for zone in zones if zone.paragraphs)


def _annex_number(key: str, order: int) -> int:
    found = annex_line(key)
    marker = marker_at(f"({found['number']})") if found else None
    return marker.value if marker else order


def _annex_starts(paragraphs: Sequence[Paragraph]) -> list[int]:
    return [
        index
        for index, paragraph in enumerate(paragraphs)
        if (found := annex_line(paragraph.key)) and not _lists_annexes(found, paragraphs, index + 1)
    ]


def _lists_annexes(found: re.Match[str], paragraphs: Sequence[Paragraph], after: int) -> bool:
    """Whether an annex line belongs to the list that names the annexes, and does not begin one."""
    following = paragraphs[after] if after < len(paragraphs) else None
    if following is None:
        return bool(found["rest"])
    marker = following.marker
    listed = marker.value if marker is not None and marker.style in _LIST_STYLES else None
    if not found["rest"]:
        return found["number"] is None and listed == 1
    if marker_at(found["rest"]) and found["number"] is None:
        return True
    return (
        annex_line(following.key) is not None
        or _signature_length(paragraphs, after) > 0
        or bool(IMPRINT.fullmatch(following.key))
        or listed == 2
    )


def _signature_length(paragraphs: Sequence[Paragraph], start: int) -> int:
    """How many paragraphs from `start` on are a signature: a few names of bodies, then a date."""
    for count, paragraph in enumerate(paragraphs[start : start + _SIGNATORIES + 1], 1):
        if DATE.fullmatch(paragraph.key):
            return count
        if paragraph.marker is not None or not paragraph.is_heading or paragraph.row:
            return 0
    return 0


def _title_run(paragraphs: Sequence[Paragraph]) -> int:
    """How many paragraphs at the start are letterhead, document number and title."""
    for count, paragraph in enumerate(paragraphs):
        if paragraph.marker is not None or not paragraph.is_heading or paragraph.key in ("目录", "目次"):
            return count
        if paragraph.row:
            return count
        if annex_line(paragraph.key) or REMARK.match(paragraph.key) or IMPRINT.fullmatch(paragraph.key):
            return count
    return len(paragraphs)


def _issued_name(front: Sequence[Paragraph]) -> str | None:
    """The name of the instrument that a covering letter issues, from the letter's own title."""
    title = "".join(paragraph.key for paragraph in front[: _title_run(front)])
    found = _ISSUED.match(title[-2 * _LONGEST_TITLE :])
    return found["name"].strip("《》") if found else None


def _is_letter_of(front: Sequence[Paragraph], annex: Sequence[Paragraph]) -> bool:
    """Whether the front is only a letter, and the annex the instrument itself."""
    name = _issued_name(front)
    texts = [p for p, role in zip(front, _roles(front), strict=True) if role is Role.TEXT]
    if name is None or any(paragraph.marker is not None for paragraph in texts):
        return False
    has_clauses = any(paragraph.marker is not None for paragraph in annex)
    return has_clauses or _same_title(annex[0].key + _title(annex[1:]), name)


def _title(paragraphs: Sequence[Paragraph]) -> str:
    return "".join(paragraph.key for paragraph in paragraphs[: _title_run(paragraphs)])


def _same_title(printed: str, name: str) -> bool:
    if name in printed:
        return True
    if len(printed) > _LONGEST_TITLE:
        return False
    return SequenceMatcher(None, printed, name, autojunk=False).ratio() >= _SAME_TITLE


def _instrument_start(front: Sequence[Paragraph]) -> int:
    """Where the instrument begins after its covering letter; 0 where there is no letter."""
    head = _title_run(front)
    if not 0 < head < len(front):
        return 0
    name = _issued_name(front)
    for index in range(head, len(front)):
        paragraph = front[index]
        if name is None or paragraph.marker is not None or not paragraph.is_heading:
            continue
        following = front[index + 1].key if index + 1 < len(front) else ""
        if _same_title(paragraph.key, name):
            return index
        if not _same_title(following, name) and _same_title(paragraph.key + following, name):
            return index
    return _after_signature(front, head)


def _after_signature(front: Sequence[Paragraph], head: int) -> int:
    """Where a text goes on with a title of its own after an addressed letter has been signed and dated."""
    if not _ADDRESSEE.fullmatch(front[head].key):
        return 0
    for index in range(head + 1, len(front) - 1):
        if DATE.fullmatch(front[index].key) and 0 < _title_run(front[index + 1 :]) < len(front) - index - 1:
            return index + 1
    return 0


def _zone(kind: ZoneKind, number: int, paragraphs: Sequence[Paragraph]) -> Zone:
    return Zone(kind, number, tuple(paragraphs), _roles(paragraphs))


def _roles(paragraphs: Sequence[Paragraph]) -> tuple[Role, ...]:
    roles: list[Role] = []
    if paragraphs and annex_line(paragraphs[0].key) is not None:
        roles.append(Role.LABEL)
    roles += [Role.TITLE] * _title_run(paragraphs[len(roles) :])
    roles += [Role.CONTENTS] * _contents_length(paragraphs[len(roles) :])
    if Role.CONTENTS in roles:
        roles += [Role.TITLE] * _title_run(paragraphs[len(roles) :])
    following = paragraphs[len(roles) : len(roles) + 1]
    if Role.TITLE in roles and following and _is_addressee(following[0]):
        roles.append(Role.ADDRESSEES)
    while len(roles) < len(paragraphs):
        found = _next_roles(paragraphs, len(roles))
        if found == [Role.TEXT] and _is_below_signature(paragraphs, roles):
            found = [Role.REMARK]
        roles += found
    return tuple(roles)


def _is_below_signature(paragraphs: Sequence[Paragraph], roles: Sequence[Role]) -> bool:
    """Whether an unnumbered paragraph is a note below the date (附注: GB/T 9704-2012, 7.3.10).

    No clause has a paragraph there, unless numbers go on: then only what stands in brackets is a note.
    """
    index = len(roles)
    if Role.SIGNATURE not in roles or roles[-1] not in (Role.SIGNATURE, Role.REMARK):
        return False
    if paragraphs[index].marker is not None:
        return False
    key = paragraphs[index].key
    bracketed = key.startswith("(") and key.endswith(")")
    goes_on = any(paragraph.marker is not None for paragraph in paragraphs[index:])
    return bracketed or not goes_on


def _is_addressee(paragraph: Paragraph) -> bool:
    return paragraph.marker is None and _ADDRESSEE.fullmatch(paragraph.key) is not None


def _contents_length(paragraphs: Sequence[Paragraph]) -> int:
    """How many paragraphs are a table of contents: from its heading to where its first entry stands again."""
    if len(paragraphs) < 2 or paragraphs[0].key not in ("目录", "目次"):
        return 0
    first = paragraphs[1].key.rstrip(".…·0123456789")
    end = next((index for index in range(2, len(paragraphs)) if paragraphs[index].key == first), 0)
    while end > 2 and paragraphs[end - 1].marker is None:  # the title, printed again before the text
        end -= 1
    return end


def _next_roles(paragraphs: Sequence[Paragraph], index: int) -> list[Role]:
    paragraph = paragraphs[index]
    if paragraph.row:
        return [Role.ROW]
    if annex_line(paragraph.key):
        return [Role.ANNEX_LIST] * _annex_list_length(paragraphs, index)
    if REMARK.match(paragraph.key):
        return [Role.REMARK] * _remark_length(paragraphs, index)
    if IMPRINT.fullmatch(paragraph.key):
        return [Role.IMPRINT]
    if paragraph.marker is None:
        signature = _signature_length(paragraphs, index)
        if signature:
            return [Role.SIGNATURE] * signature
    return [Role.TEXT]


def _annex_list_length(paragraphs: Sequence[Paragraph], start: int) -> int:
    """How many paragraphs are the list of annexes: its line, then 1、2、3 … or further 附件N lines."""
    found = annex_line(paragraphs[start].key)
    listed = marker_at(found["rest"]) if found else None
    length = 1
    for following in islice(paragraphs, start + 1, None):
        marker = following.marker
        expected = listed.value + 1 if listed else 1
        if marker is not None and marker.style in _LIST_STYLES and marker.value == expected:
            listed = marker
        elif not annex_line(following.key) and not _wrapped_entry(paragraphs, start + length, expected):
            break
        length += 1
    return length


def _wrapped_entry(paragraphs: Sequence[Paragraph], index: int, expected: int) -> bool:
    """Whether a line of the list of annexes goes on with the name in the line before."""
    if ends_sentence(paragraphs[index - 1].key) or _signature_length(paragraphs, index):
        return False
    for paragraph in paragraphs[index : index + _LINES_OF_A_NAME]:
        if paragraph.marker is not None:
            return paragraph.marker.value == expected and paragraph is not paragraphs[index]
        if annex_line(paragraph.key) or IMPRINT.fullmatch(paragraph.key):
            return False
        if ends_sentence(paragraph.key):
            return True
    return False


def _remark_length(paragraphs: Sequence[Paragraph], start: int) -> int:
    """How many paragraphs are a remark: its line, then the list that it begins (注：1.… | 2.…)."""
    key = paragraphs[start].key
    found = REMARK.match(key)
    first = marker_at(key, found.end()) if found else None
    if found is None or (found.end() < len(key) and (first is None or first.value != 1)):
        return 1
    inside = [
        number.marker for number in paragraphs[start].inline if first and number.marker.style is first.style
    ]
    last = inside[-1].value if inside else first.value if first else 0
    style = first.style if first else None
    length = 1
    for following in islice(paragraphs, start + 1, None):
        marker = following.marker
        if marker is None or marker.style not in (_LIST_STYLES if style is None else (style,)):
            break
        if marker.value != last + 1:
            break
        style, last, length = marker.style, marker.value, length + 1
    return length
