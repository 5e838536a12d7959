"""Circles of a graph: what waits for itself in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(targets: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles of the graph, each edge looked at once; every circle begins with its smallest name."""
    done: set[str] = set()
    for start in sorted(targets):
        path: dict[str, Iterator[str]] = {}
        current: str | None = None if start in done else start
        while current is not None or path:
            if current is not None:
                path[current] = iter(sorted(targets.get(current, ())))
            here = next(reversed(path))
            current = next(path[here], None)
            if current is None:
                done.add(here)
                del path[here]
            elif current in path:
                names = list(path)
                circle = names[names.index(current) :]
                first = circle.index(min(circle))
                yield circle[first:] + circle[:first]
                current = None
            elif current in done:
                current = None
