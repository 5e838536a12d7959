"""Pages made from the code: docs/limits.md, and tables of docs/operations.md and docs/security.md.

The tables stand between marks.


python -m server.api.pages      brings both up to date; a test keeps them so
"""

from __future__ import annotations

import re
from pathlib import Path

from server.convert.errors import BY_FAULT, INVALID, KINDS, UNAUTHENTICATED
from server.identity.caller import Role
from server.identity.rights import CALLS
from server.settings.config import SETTINGS, Setting
from server.settings.events import EVENTS
from server.settings.limits import limits_page
from server.telemetry.exposition import ABOUT
from server.telemetry.figures import ALL

DOCS = Path(__file__).resolve().parents[2] / "docs"


def settings_table() -> str:
    """Every setting but the limits, which have their own page."""
    lines = ["| setting | variable | default | what |", "|---|---|---|---|"]
    for setting in SETTINGS.values():
        if not setting.name.startswith("limits."):
            says = setting.meta["says"] + _allowed(setting)
            lines.append(f"| `{setting.name}` | `{setting.variable}` | `{_default(setting)}` | {says} |")
    return "\n".join(lines)


def _default(setting: Setting) -> str:
    value = setting.default
    if isinstance(value, bool):
        return str(value).lower()
    return (value or " ") if isinstance(value, str) else f"{value:.10g}"


def _allowed(setting: Setting) -> str:
    if "low" in setting.meta:
        return f" ({setting.meta['low']:,.10g} to {setting.meta['high']:,.10g})"
    allowed = setting.meta.get("allowed", ())
    return f" ({', '.join(allowed)})" if allowed else ""


_FILLED = dict.fromkeys(("name", "code", "limit", "size", "most", "seconds"), "…")
_FILLED |= {"call": "…", "where": "", "meant": "", "first": "the first violation", "more": ""}


def reasons_table() -> str:
    """Every reason of an error, by name."""
    lines = ["| reason | code | try again | message |", "|---|---|---|---|"]
    kinds = [INVALID, *BY_FAULT.values(), *UNAUTHENTICATED.values(), *(kind for _, kind in KINDS)]
    for kind in sorted(kinds, key=lambda kind: kind.reason):
        again = f"after {kind.retry_seconds:g} s" if kind.retry_seconds else "no"
        words = kind.en.format_map(_FILLED)
        lines.append(f"| `{kind.reason}` | {kind.status.name} | {again} | {words} |")
    return "\n".join(lines)


def rights_table() -> str:
    """Who may make which call, and what they see."""
    lines = [f"| call | {' | '.join(Role)} |", f"|---|{'---|' * len(Role)}"]
    for call, row in CALLS.items():
        cells = [row[role].value if role in row else "–" for role in Role]
        lines.append(f"| `{call.removeprefix('linkage.v1.')}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def figures_table() -> str:
    """Every figure that the service shows, but those of a process."""
    lines = ["| figure | kind | labels | what |", "|---|---|---|---|"]
    for figure in ALL.values():
        labels = ", ".join(f"`{label}`" for label in figure.labels)
        lines.append(f"| `{figure.name}` | {figure.kind} | {labels} | {figure.says} |")
    for name, told, says in ABOUT:
        lines.append(f"| `{name}` | info | {', '.join(f'`{label}`' for label in told)} | {says} |")
    return "\n".join(lines)


def events_table() -> str:
    """Every event of the log."""
    lines = ["| event | level | what the line says |", "|---|---|---|"]
    lines += [f"| `{name}` | {level} | {says} |" for name, (level, says) in EVENTS.items()]
    return "\n".join(lines)


_TABLES = {
    "operations.md": {
        "settings": settings_table,
        "reasons": reasons_table,
        "figures": figures_table,
        "events": events_table,
    },
    "security.md": {"rights": rights_table},
}


def pages() -> dict[Path, str]:
    """The text that each page should have."""
    found = {DOCS / "limits.md": limits_page()}
    for page, tables in _TABLES.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        for name, made in tables.items():
            marked = re.compile(f"(<!-- {name}: .*? -->\n).*?(<!-- end -->)", re.DOTALL)
            table = made()
            text = marked.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
        found[DOCS / page] = text
    return found


def main() -> None:
    """Writes the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
