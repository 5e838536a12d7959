"""How much of an answer a request asks for: a view, or the fields of a mask.

    request --extent_of--> Extent           the answer --cut--> those fields of it alone

A mask is a ``google.protobuf.FieldMask`` with paths of the answer, through lists too (AIP-157, AIP-161):
``obligations.due.at`` is that field of every obligation. ``BASIC`` is a view of a decision that is written by
``brief`` and not cut; that it is what ``BASIC_PATHS`` would leave is tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from linkage.v1 import decision_pb2
from policy.facts.reading import MAX_VIOLATIONS, FactsError, Violation
from server.settings.limits import MAX_PATHS

M = TypeVar("M", bound=Message)

Mask = Mapping[str, "Mask | None"]
"""Fields that are kept, each with those kept of its messages; None: all of it."""

EVERYTHING = "*"

_BASIC = {
    "receipt": "as_of decision_digest log_id",
    "obligations": "id rule title modality force bearers bearer_party bearer_unit action about trigger "
    "state violated violated_at state_at state_missing missing due.kind due.at due.provisional due.word "
    "due.missing amount.currency amount.fen amount.at_least_fen amount.at_most_fen amount.missing",
    "undetermined": "rule title bound missing",
    "errors": "code rule bound",
    "conflicts": "obligations rules",
    "warnings": "code path",
}
BASIC_PATHS = tuple(f"{field}.{name}" for field, names in _BASIC.items() for name in names.split())
"""What ``DECISION_VIEW_BASIC`` has of a decision."""


class Extent(NamedTuple):
    """How much of an answer is given: ``BASIC``, or the fields of ``mask`` (None: all of them)."""

    basic: bool = False
    mask: Mask | None = None

    @property
    def of_parts(self) -> Extent:
        """That of decisions within an answer which is cut as a whole."""
        return self._replace(mask=None)

    def of(self, message: M) -> M:
        """The message itself, with the fields of the mask alone."""
        if self.mask is not None:
            cut(message, self.mask)
        return message


FULL, BASIC = Extent(), Extent(basic=True)
_VIEWS = {decision_pb2.DECISION_VIEW_BASIC: BASIC, decision_pb2.DECISION_VIEW_FULL: FULL}


class ViewRequest(Protocol):
    """What requests whose answer has views have in common."""

    @property
    def view(self) -> decision_pb2.DecisionView:
        """How much is wanted."""

    @property
    def read_mask(self) -> FieldMask:
        """Which fields are wanted."""


def extent_of(request: ViewRequest, answer: type[Message], default: Extent = FULL) -> Extent:
    """What ``request`` asks for of an ``answer``; the ``default`` where it says nothing.

    Raises ``FactsError``: LNK837 for a view that does not exist, LNK838 for a view and a mask at once, LNK839
    for each path that the answer does not have, LNK807 for too many of them.
    """
    paths = request.read_mask.paths
    if not request.view:
        return Extent(mask=mask_of(paths, answer)) if paths else default
    if request.view not in _VIEWS:
        raise FactsError((_unknown_view(request.view),))
    if paths:
        raise FactsError((Violation("read_mask", "LNK838"),))
    return _VIEWS[request.view]


def _unknown_view(number: int) -> Violation:
    names = tuple(decision_pb2.DecisionView.Name(view) for view in _VIEWS)
    return Violation("view", "LNK837", (("name", str(number)),), names)


def mask_of(paths: Sequence[str], answer: type[Message]) -> Mask | None:
    """The mask of these paths. Raises ``FactsError`` as ``extent_of`` does."""
    if len(paths) > MAX_PATHS:
        args = (("count", str(len(paths))), ("limit", str(MAX_PATHS)))
        raise FactsError((Violation("read_mask", "LNK807", args),))
    return _mask(tuple(paths), cast(Descriptor, answer.DESCRIPTOR))


@lru_cache(maxsize=256)  # of masks that answers have: others raise
def _mask(paths: tuple[str, ...], answer: Descriptor) -> Mask | None:
    if EVERYTHING in paths:
        return None
    mask: dict[str, Any] = {}
    wrong = [found for path in paths if (found := _put(mask, path, answer)) is not None]
    if wrong:
        raise FactsError(tuple(wrong[:MAX_VIOLATIONS]), len(wrong[MAX_VIOLATIONS:]))
    return mask


def _put(mask: dict[str, Any], path: str, answer: Descriptor) -> Violation | None:
    """Adds a path to the mask; what is wrong with it, if anything."""
    *steps, last = path.split(".")
    at: Descriptor | None = answer
    within: dict[str, Any] | None = mask
    for step in steps:
        field = None if at is None else at.fields_by_name.get(step)
        if field is None:
            return _unknown_path(path, step, at)
        at = field.message_type
        if within is not None:
            within = within.setdefault(step, {})  # None: all of it is wanted already
    if at is None or last not in at.fields_by_name:
        return _unknown_path(path, last, at)
    if within is not None:
        within[last] = None
    return None


def _unknown_path(path: str, step: str, at: Descriptor | None) -> Violation:
    names = () if at is None else tuple(field.name for field in at.fields)
    above = path[: path.index(step)].rstrip(".") if at is None else at.name
    args = (("path", path[:200]), ("name", step[:64]), ("message", above[:200]))
    return Violation("read_mask", "LNK839" if names else "LNK841", args, names)


def cut(message: Message, mask: Mask) -> None:
    """Leaves in the message the fields of ``mask`` alone."""
    for field, value in message.ListFields():
        within = mask.get(field.name, mask)
        if within is mask:
            message.ClearField(field.name)
        elif within is not None:
            for inner in value if field.is_repeated else (value,):
                cut(inner, within)
