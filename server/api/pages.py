"""Pages made from the code: docs/limits.md, and the tables of docs/operations.md between their marks.

python -m server.api.pages      brings both up to date; a test keeps them so
"""

from __future__ import annotations

import re
from pathlib import Path

from server.convert.errors import INVALID, KINDS, NOT_FOUND, UNAUTHENTICATED
from server.settings.config import SETTINGS, Setting
from server.settings.limits import limits_page

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


def reasons_table() -> str:
    """Every reason of an error, by name."""
    lines = ["| reason | code | try again | message |", "|---|---|---|---|"]
    kinds = [INVALID, *NOT_FOUND.values(), *UNAUTHENTICATED.values(), *(kind for _, kind in KINDS)]
    for kind in sorted(kinds, key=lambda kind: kind.reason):
        again = f"after {kind.retry_seconds:g} s" if kind.retry_seconds else "no"
        words = kind.en.format(name="…", meant="", code="…", first="the first violation", more="", limit="…")
        lines.append(f"| `{kind.reason}` | {kind.status.name} | {again} | {words} |")
    return "\n".join(lines)


def pages() -> dict[Path, str]:
    """The text that each page should have."""
    operations = DOCS / "operations.md"
    text = operations.read_text(encoding="utf-8")
    for name, table in (("settings", settings_table()), ("reasons", reasons_table())):
        marked = re.compile(f"(<!-- {name}: .*? -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
    return {DOCS / "limits.md": limits_page(), operations: text}


def main() -> None:
    """Writes the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
