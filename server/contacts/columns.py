"""The columns of a list of contacts: those of the document's annex first, as it prints them, then ours.

A header is known by its words whatever the spaces between them (单 位); of an annex by the titles of its
form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policy.pack.contacts import ContactRole
from policy.pack.model import Pack
from policy.text.messages import Words


class Column(NamedTuple):
    """A column: its id (of a form's field, where an annex may have it), its title, and other titles for
    it."""

    id: str
    title: Words
    others: tuple[str, ...] = ()


COLUMNS = (
    Column("unit", Words("单位", "unit"), ("单位名称", "成员单位", "部门", "body")),
    Column("person", Words("姓名", "name"), ("联系人", "联系人姓名", "联络员", "person")),
    Column("post", Words("职务", "post"), ("职务职级", "position")),
    Column("telephone", Words("固定电话", "telephone"), ("办公电话", "电话", "座机")),
    Column("mobile", Words("手机", "mobile"), ("手机号", "手机号码", "移动电话")),
    Column("kind", Words("联系人种类", "kind of contact"), ("种类", "role")),
    Column("place", Words("角色", "A or B"), ("A/B角", "AB角", "A、B角")),
    Column("concrete", Words("具体单位", "concrete unit"), ("街道", "镇街", "网点")),
    Column("office", Words("科室", "office"), ("处室", "section")),
    Column("email", Words("电子邮箱", "e-mail"), ("邮箱", "电子邮件", "email")),
    Column("since", Words("任职起", "in office since"), ("任职开始", "since")),
    Column("until", Words("任职止", "in office until"), ("任职截止", "until")),
)
BY_ID: Mapping[str, Column] = {column.id: column for column in COLUMNS}
NEEDED = ("unit", "person")
"""Without these a row says nothing."""
ANNEX = ("unit", "person", "post", "telephone", "mobile")
"""What a list has where the document annexes none."""


def plain(title: str) -> str:
    """A title as it is compared: half-width, in lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())


def titles(pack: Pack, roles: Iterable[ContactRole]) -> Mapping[str, str]:
    """The ids of columns by their plain titles, those of the annexes among them."""
    known = {
        plain(title): column.id
        for column in COLUMNS
        for title in (column.title.zh, column.title.en, *column.others)
    }
    for role in roles:
        form = pack.forms.get(role.form)
        for field in () if form is None else form.fields:
            if field.id in BY_ID:
                known |= {plain(text): field.id for text in (field.title.zh, field.title.en) if text}
    return known


def of_list(pack: Pack, role: ContactRole) -> list[tuple[str, Words]]:
    """The columns of a list that is given out: the annex's by their own titles, then the others."""
    form = pack.forms.get(role.form)
    annex = [] if form is None else [field for field in form.fields if field.id in BY_ID]
    first = [(field.id, Words(field.title.zh, field.title.en or field.title.zh)) for field in annex]
    first = first or [(name, BY_ID[name].title) for name in ANNEX]
    have = {name for name, _ in first}
    return first + [(column.id, column.title) for column in COLUMNS if column.id not in have]
