"""``contacts`` of a pack: the kinds of contact that its document has bodies name."""

from __future__ import annotations

from types import MappingProxyType

from policy.pack.contacts import ContactRole
from policy.pack.draft import PackReader
from policy.pack.model import Text
from policy.pack.reader import Schema
from policy.text.diagnostics import Words
from policy.text.nodes import Node

_CONTACT = Schema(
    Words("联系人的种类", "a kind of contact"),
    ("id", "title", "basis"),
    ("posts", "bodies", "appointed", "left", "form", "submitted", "submitted_by", "telephone"),
)


def read_contact(reader: PackReader, node: Node) -> None:
    """One entry of ``contacts``."""
    found = reader.fields(node, _CONTACT)
    if found is None:
        return
    ident = reader.name(reader.scalar(found.get("id")))
    span = found["id"].span if "id" in found else node.span
    new = reader.declare("contact", ident, span)
    title, basis = reader.text(found.get("title")), reader.cite(found.get("basis"))
    posts = _posts(reader, found)
    events = {key: reader.code(found.get(key), "events") or "" for key in ("appointed", "left", "submitted")}
    by = reader.body(found.get("submitted_by")) or ""
    if by and not events["submitted"]:
        reader.faults.add("LNK070", found["submitted_by"].span)
    form = reader.refer("form", "LNK307", found.get("form")) or ""
    bodies = reader.body_codes(found.get("bodies")) or tuple(reader.draft.bodies or ())
    if new and ident and title and basis:
        frozen = MappingProxyType(posts)
        telephone = reader.boolean(found["telephone"]) is True if "telephone" in found else False
        told = {**events, "form": form, "submitted_by": by}
        role = ContactRole(ident, span, title, basis, frozen, bodies, telephone=telephone, **told)
        reader.draft.contacts[ident] = role


def _posts(reader: PackReader, found: dict[str, Node]) -> dict[str, Text]:
    posts: dict[str, Text] = {}
    for key, value in reader.entries(found.get("posts")):
        name, title = reader.name(key), reader.text(value)
        if name and title:
            posts[name] = title
    return posts
