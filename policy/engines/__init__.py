"""Who decides the conditions: engines behind one protocol, the default one and those it is checked against.

In: a ``PackProgram`` and the view of a case.
Out: ``Matches``: hits with their effects, and what missing facts leave open.

| name | what it is |
|---|---|
| `compiled` | generated Python, three-valued logic for what missing facts leave open |
| `explain` | the three-valued reference: every rule walked on its tree |
| `cel` | the official CEL evaluator, expression by expression |
| `durable` | durable-rules in a worker process of its own (an optional extra) |

The native core is none of these: it decides whole cases (``policy.native``), and ``NATIVE`` is its name.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from types import MappingProxyType

from policy.engines.compiled import Compiled
from policy.engines.protocol import Effects, Engine, Hit, Matches

COMPILED: Engine = Compiled()
"""The default engine."""

NATIVE = "native"
"""What receipts and options call the native core, which decides whole cases and is no ``Engine``."""

ENGINES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "compiled": ("policy.engines.compiled", "Compiled"),
        "explain": ("policy.engines.explain", "explain"),
        "cel": ("policy.engines.cel", "official"),
        "durable": ("policy.engines.durable", "durable"),
    }
)
"""Name -> the module and the function that makes the engine; imported when it is first asked for."""


class UnknownEngineError(ValueError):
    """No engine has this name; ``names`` are those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no engine {name!r}: {', '.join(ENGINES)}")
        self.name = name
        self.names = tuple(ENGINES)


def engine_named(name: str) -> Engine:
    """The engine of that name; one that holds a process or a file is a context manager, see ``running``.

    Raises ``UnknownEngineError``, and ``ImportError`` where the packages of an optional engine are missing.
    """
    if name not in ENGINES:
        raise UnknownEngineError(name)
    module, factory = ENGINES[name]
    made: Engine = getattr(import_module(module), factory)()
    return made


@contextmanager
def running(name: str) -> Iterator[Engine]:
    """The engine of that name, closed at the end if it needs that. Raises as ``engine_named``."""
    engine = engine_named(name)
    if isinstance(engine, AbstractContextManager):
        with engine:
            yield engine
    else:
        yield engine


__all__ = [
    "COMPILED",
    "ENGINES",
    "NATIVE",
    "Compiled",
    "Effects",
    "Engine",
    "Hit",
    "Matches",
    "UnknownEngineError",
    "engine_named",
    "running",
]
