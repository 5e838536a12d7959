"""The rooms of the house: each says what it is for, and what it lets others use exists."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import policy
import server

POLICY = (
    "text time money pack documents facts expr program engines decide native register assess review bulk "
    "bundle editor cli"
)
SERVER = (
    "settings telemetry listening publishing proof store log identity convert decisions register contacts "
    "agenda notices board api http process commands demo"
)
ROOMS = [f"policy.{name}" for name in POLICY.split()] + [f"server.{name}" for name in SERVER.split()]


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_says_what_it_is_for(name: str) -> None:
    says = import_module(name).__doc__
    assert says is not None
    assert "In:" in says
    assert "Out:" in says


@pytest.mark.parametrize("name", ROOMS)
def test_what_a_room_offers_exists(name: str) -> None:
    """A name is a module of the room, which is imported only when it is needed, or an object of its own."""
    room = import_module(name)
    offered = room.__all__
    assert offered == sorted(set(offered), key=_order)
    assert [one for one in offered if not hasattr(room, one) and find_spec(f"{name}.{one}") is None] == []


def _order(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then everything else, as Ruff sorts them."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize("house", [policy, server])
def test_nothing_stands_outside_the_rooms(house: ModuleType) -> None:
    found = {f"{house.__name__}.{module.name}" for module in iter_modules(house.__path__)}
    assert found - {"server.cli"} == {name for name in ROOMS if name.startswith(f"{house.__name__}.")}


def test_the_architecture_names_every_room(repo_root: Path) -> None:
    drawn = (repo_root / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in ROOMS if f"`{name.replace('.', '/')}/`" not in drawn] == []
