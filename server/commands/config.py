"""``linkage config``: whether the service would start with its settings, and what they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from policy.cli.options import Format
from policy.cli.output import print_json
from policy.text.diagnostics import Fault, Severity, Words, to_dict
from policy.text.secrets import without_secrets
from policy.text.terminal import print_faults, show, show_fault
from server.process.checks import Check, Checks
from server.settings.config import SETTINGS, Given, given_by, value_of, value_text

_PARTS = {
    "settings": Words("设置", "settings"),
    "rules": Words("规则", "rules"),
    "engines": Words("引擎和软件包", "engines and packages"),
    "addresses": Words("监听地址", "addresses"),
    "tls": Words("TLS", "TLS"),
    "identity": Words("调用者", "callers"),
    "notices": Words("通知", "notices"),
    "database": Words("决定记录", "decision log"),
}
_DEFAULT = Words("缺省", "default")
_WIDTH = 34
_ORDER = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
_MARKS = {None: "+", Severity.NOTE: "+", Severity.WARNING: "!", Severity.ERROR: "-"}


def check(
    config: Path | None, options: dict[str, str], running: bool, strict: bool, lang: str, output: Format
) -> None:
    """Prints what is wrong with each part. Raises typer.Exit: 1 where the service would not start."""
    given = given_by(config, os.environ, options)
    checks = list(Checks(given, os.environ, running).all())
    faults = [each for one in checks for each in one.faults]
    counts = {kind.value: sum(each.severity is kind for each in faults) for kind in Severity}
    failed = bool(counts["error"] or (strict and counts["warning"]))
    if output is Format.JSON:
        told = [_check_json(given, each, lang) for each in checks]
        print_json({"ok": not failed, "counts": counts, "checks": told})
    else:
        for each in checks:
            _print(given, each, lang)
        show(_summary(counts, failed, lang))
    raise typer.Exit(int(failed))


def _print(given: Given, each: Check, lang: str) -> None:
    worst = max((item.severity for item in each.faults), key=_ORDER.index, default=None)
    show(f"[{_MARKS[worst]}] {_PARTS[each.name].get(lang)}")
    if not each.faults:
        return
    for name in each.settings:
        if (text := _shown(given, name)) or name in given.origins:
            show(f"      {f'{name}: {text}':<{_WIDTH}}  ({_origin(given, name, lang)})")
    for item in each.faults:
        show("")
        show_fault(item, lang, _root(given, each, item))
    show("")


def _root(given: Given, each: Check, item: Fault) -> str:
    """Files of the rules are named within their folder."""
    named = each.name == "rules" and item.span is not None
    return f"{given.settings.rules}/" if named else ""


def _summary(counts: dict[str, int], failed: bool, lang: str) -> str:
    errors, warnings = counts["error"], counts["warning"]
    if lang == "zh":
        return f"错误 {errors}，警告 {warnings}：" + ("服务不能这样启动" if failed else "可以启动")
    found = f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"
    return f"{found}: the service {'would not' if failed else 'can'} start with these settings"


def _check_json(given: Given, each: Check, lang: str) -> dict[str, Any]:
    return {
        "name": each.name,
        "ok": not any(item.severity is Severity.ERROR for item in each.faults),
        "settings": [_setting_json(given, name, lang) for name in each.settings],
        "faults": [to_dict(item, lang) for item in each.faults],
    }


def show_settings(
    config: Path | None, options: dict[str, str], changed: bool, lang: str, output: Format
) -> None:
    """Prints every setting as it is, and where it comes from. Raises typer.Exit: 1 where one is wrong."""
    given = given_by(config, os.environ, options)
    names = [name for name in SETTINGS if not changed or name in given.origins]
    if output is Format.JSON:
        faults = [to_dict(item, lang) for item in given.faults]
        print_json({"settings": [_setting_json(given, name, lang) for name in names], "faults": faults})
    else:
        print_faults(given.faults, lang)
        for name in names:
            show(f"{f'{name}: {_shown(given, name)}':<{_WIDTH}}  # {_origin(given, name, lang)}")
    raise typer.Exit(int(given.faults.errors))


def _setting_json(given: Given, name: str, lang: str) -> dict[str, Any]:
    value = value_of(given.settings, name)
    told = without_secrets(value) if isinstance(value, str) else value
    default = name not in given.origins
    return {"name": name, "value": told, "default": default, "from": _origin(given, name, lang)}


def _shown(given: Given, name: str) -> str:
    """The value of a setting as text, without passwords."""
    return without_secrets(value_text(value_of(given.settings, name)))


def _origin(given: Given, name: str, lang: str) -> str:
    """Where a setting comes from: file and line, variable, option; or that it is the default."""
    span = given.origins.get(name)
    return _DEFAULT.get(lang) if span is None else str(span)
