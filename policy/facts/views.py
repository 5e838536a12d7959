"""The facts as the engines read them: plain slotted objects, one class a message of facts.proto.

A field that the case does not state is an unset slot: reading it raises ``AttributeError``, which the
compiled engine takes as "unknown" and the three-valued engine asks for with ``getattr``. Moments are
integers of nanoseconds since 1970-01-01 UTC. Lists are tuples and always set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from policy.facts.paths import element
from policy.pack.paths import MESSAGES

TIMESTAMP = "google.protobuf.Timestamp"


class View:
    """One message of the facts. ``parent`` is the element it stands in, where its path needs it.

    ``standing`` is set on an event that happens by itself and that nobody sent.
    ``timeless`` is set on an event that is there at every moment: an instrument whose day nobody knows.
    ``closing`` is set on an element whose moment is the end of a day, at 24:00.
    ``deemed`` are the ids of the rules by which it counts as a fact, and which it cannot fulfil.
    ``served`` is the document whose service an event is.
    ``twin`` is the id of the element that tells the same fact, where canonical form found one.
    ``cleared``: of a party, the optional booleans that are known to be false from a moment on.
    """

    __slots__ = ("cleared", "closing", "deemed", "parent", "served", "standing", "timeless", "twin")
    collection = ""
    fields: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    parent: View
    twin: str
    if TYPE_CHECKING:  # the fields of the messages, as slots of the classes made below

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    @property
    def path(self) -> str:
        """Where the element stands in the case: ``events[e1]``, ``documents[d1].services[s1]``."""
        return element(self.collection, self.id)

    @property
    def identity(self) -> str:
        """What the element adds to the id of an obligation that is bound to it."""
        return self.path

    @classmethod
    def blank(cls) -> Any:
        """A new element that states nothing: every list is empty, every other field unknown."""
        view = cls()
        for name in cls.lists:
            setattr(view, name, ())
        return view

    def copy(self) -> Any:
        """A new element that states the same."""
        view = type(self)()
        for name in (
            *self.fields,
            "cleared",
            "closing",
            "deemed",
            "parent",
            "served",
            "standing",
            "timeless",
            "twin",
        ):
            if hasattr(self, name):
                setattr(view, name, getattr(self, name))
        return view


class NestedView(View):
    """An element of an element's list, whose path begins with its parent's."""

    __slots__ = ()
    kind: str
    party: str

    @property
    def path(self) -> str:
        key = getattr(self, "id", None) or f"{self.kind}:{self.party}"  # a relation has no id
        return f"{self.parent.path}.{element(self.collection, key)}"


class StatusView(NestedView):
    """A state of a party. It is known by its kind and by what began it, or since when it was."""

    __slots__ = ()
    since: int
    until: int
    begun_by: str
    ended_by: str
    ended: bool

    @property
    def path(self) -> str:
        begun = getattr(self, "begun_by", None) or getattr(self, "since", None)
        key = self.kind if begun is None else f"{self.kind}:{begun}"
        return f"{self.parent.path}.{element(self.collection, key)}"

    @property
    def identity(self) -> str:
        """Nothing for a state of unknown beginning: its party alone names the duty then."""
        return "" if self.undated else self.path

    @property
    def undated(self) -> bool:
        """Whether nothing says when, or by what, it began."""
        return not hasattr(self, "since") and not hasattr(self, "begun_by")

    def holds_at(self, moment: int) -> bool:
        """Whether it holds at a moment; an end without a time is taken to be past."""
        if getattr(self, "since", moment) > moment:
            return False
        until = getattr(self, "until", None)
        return not hasattr(self, "ended_by") if until is None else until > moment

    def settle(self) -> None:
        """Makes ``ended`` say whether an end is known."""
        self.ended = hasattr(self, "until") or hasattr(self, "ended_by")


class BreachView(View):
    """A breach as it was at a moment: ``owed`` says whether the duty was violated and still owed then.

    ``spells``: from when to when (None: it lasts) that was so; from ``unclear`` on nobody knows it, and there
    is no ``owed``. ``variants`` are the same breach by what ``owed`` is, made when first asked for.
    """

    __slots__ = ("spells", "unclear", "variants")
    at: int
    owed: bool
    spells: tuple[tuple[int, int | None], ...]
    unclear: int | None
    variants: dict[bool | None, BreachView]

    def then(self, moment: int) -> BreachView:
        """The breach as it was at a moment."""
        owed = self.owed_at(moment)
        found = self.variants.get(owed)
        if found is None:
            made: BreachView = self.copy()
            made.spells, made.unclear, made.variants = self.spells, self.unclear, self.variants
            if owed is not None:
                made.owed = owed
            elif hasattr(made, "owed"):
                del made.owed
            found = self.variants[owed] = made
        return found

    def owed_at(self, moment: int) -> bool | None:
        """Whether the duty was violated and still owed at a moment; None where nobody knows."""
        if self.unclear is not None and moment >= self.unclear:
            return None
        return any(start <= moment and (end is None or moment < end) for start, end in self.spells)

    def turns(self) -> list[int]:
        """The moments at which that changes."""
        found = [turn for spell in self.spells for turn in spell if turn is not None]
        return found if self.unclear is None else [*found, self.unclear]


class FigureView(NestedView):
    """A figure of a result, known by its name."""

    __slots__ = ()
    name: str

    @property
    def path(self) -> str:
        return f"{self.parent.path}.{element(self.collection, self.name)}"


def _slots(descriptor: Descriptor) -> tuple[str, ...]:
    return tuple(field.name for field in descriptor.fields)


def _class(name: str, collection: str) -> type[View]:
    descriptor = MESSAGES[name]
    base = _BASES.get(name) or (NestedView if collection in NESTED else View)
    lists = tuple(field.name for field in descriptor.fields if is_list(field))
    body = {"__slots__": _slots(descriptor), "collection": collection}
    return type(name, (base,), body | {"fields": _slots(descriptor), "lists": lists})


def is_list(field: FieldDescriptor) -> bool:
    """Whether the field is repeated."""
    return bool(field.is_repeated)


_BASES: Mapping[str, type[View]] = {"Breach": BreachView, "Status": StatusView, "ResultFigure": FigureView}

NESTED = frozenset(("services", "relations", "statuses", "figures"))
"""Lists that stand in an element and not in the case."""

# Element messages and the list of the case (or of their parent) that holds them.
COLLECTIONS: Mapping[str, str] = {
    "Party": "parties",
    "Document": "documents",
    "Service": "services",
    "Request": "requests",
    "Property": "properties",
    "Event": "events",
    "Breach": "breaches",
    "Performance": "obligations",
    "Relation": "relations",
    "Status": "statuses",
    "ResultFigure": "figures",
    "Flags": "",
    "Place": "",
}
VIEWS: Mapping[str, type[View]] = {name: _class(name, collection) for name, collection in COLLECTIONS.items()}


class CaseView(View):
    """A whole case at a moment: what has not happened by ``as_of`` is left out.

    Beside the fields of the message it holds ``as_of``, ``attrs`` (the district's own facts by name) and
    the indexes that lookups and lifecycles need.
    """

    __slots__ = (
        *_slots(MESSAGES["Case"]),
        "as_of",
        "attrs",
        "breaches",
        "by_type",
        "index",
        "memo",
        "to_come",
    )
    fields = _slots(MESSAGES["Case"])

    as_of: int
    attrs: dict[str, Any]
    breaches: tuple[BreachView, ...]
    """Those that there are by ``as_of``, each as it is then."""
    by_type: dict[str, list[Any]]
    """Events by type, in order of time; made when first asked for."""
    index: dict[str, dict[str, View]]
    """Elements by list and id, made when first asked for: ``index["parties"]["p1"]``."""
    to_come: tuple[str, ...]
    """Where elements stand that are dated after ``as_of``; they are not in the view."""
    memo: dict[tuple[Any, ...], bool]
    """Values of terms by name and arguments, as far as they are worked out."""

    @property
    def path(self) -> str:
        return ""

    def __getattr__(self, name: str) -> Any:
        if name == "index":
            self.index = {
                collection: {element.id: element for element in getattr(self, collection)}
                for collection in LOOKED_UP
            }
            return self.index
        if name == "by_type":
            by_type: dict[str, list[Any]] = {}
            for event in self.events:
                by_type.setdefault(event.type, []).append(event)
            self.by_type = by_type
            return by_type
        raise AttributeError(name)


LOOKED_UP = ("parties", "documents", "requests", "properties", "events")
"""Lists whose elements conditions can look up by id."""

# The moment at which an element happened, where it has one.
TIME_FIELDS: Mapping[str, str] = {
    "Event": "at",
    "Request": "at",
    "Service": "at",
    "Breach": "at",
    "Document": "issued_at",
    "Status": "since",
}

# The field that tells the elements of a list apart, for the trigger index.
DISCRIMINATORS: Mapping[str, str] = {
    "events": "type",
    "requests": "matter",
    "documents": "type",
    "parties": "role",
    "properties": "type",
    "breaches": "action",
    "statuses": "kind",
}

# Fields that hold the id of another element -> the lists it may stand in.
REFERENCES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Relation", "party"): ("parties",),
    ("Document", "party"): ("parties",),
    ("Document", "property"): ("properties",),
    ("Document", "request"): ("requests",),
    ("Document", "requests"): ("requests",),
    ("Service", "party"): ("parties",),
    ("Request", "party"): ("parties",),
    ("Request", "property"): ("properties",),
    ("Request", "document"): ("documents",),
    ("Property", "owner"): ("parties",),
    ("Event", "party"): ("parties",),
    ("Event", "property"): ("properties",),
    ("Event", "document"): ("documents",),
    ("Event", "person"): ("parties",),
    ("Event", "about"): ("events", "requests", "documents", "services"),
}

# Fields that the service fills in and no client may.
DERIVED = frozenset({("Event", "answers"), ("Status", "ended")})

# Fields without which an element cannot be decided upon.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Case": ("id", "district", "kind"),
    "Party": ("id", "role"),
    "Relation": ("kind", "party"),
    "Status": ("kind",),
    "Document": ("id", "type"),
    "Service": ("id",),
    "Request": ("id", "matter"),
    "Property": ("id", "type"),
    "Event": ("id", "type"),
    "ResultFigure": ("name",),
}


# Fields of which only one applies: a document is served on a unit or on a party. Where one is stated the
# other is known to be none, and reads as the empty text, which is no code and no id.
EITHER: Mapping[str, tuple[str, ...]] = {"Service": ("body", "party")}
