"""``linkage serve``: the policy service until SIGTERM; SIGHUP loads the rules again."""

from __future__ import annotations

import os
from pathlib import Path

from policy.suggest import suggest
from server.app import run
from server.commands.common import coded_errors, settings_of
from server.config import SETTINGS, unknown_variables
from server.logs import Level, configure, event


def serve(config: Path | None, options: dict[str, str | None], pairs: list[str], lang: str) -> None:
    """Serves. The one line on standard output names the bound address; the log goes to standard error."""
    settings = settings_of(config, options, pairs, lang)
    configure()
    variables = {setting.variable for setting in SETTINGS.values()}
    for name in unknown_variables(os.environ):
        event(Level.WARNING, "unknown_variable", code="LNK952", name=name, meant=suggest(name, variables))
    with coded_errors(settings.rules, lang):
        run(settings, lambda address: print(f"listening {address}", flush=True))
