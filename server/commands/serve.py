"""``linkage serve``: the policy service until SIGTERM; SIGHUP loads the rules again."""

from __future__ import annotations

import os
from pathlib import Path

from policy.cli.guard import CommandError
from policy.text.suggest import suggest
from policy.text.terminal import show
from server.commands.common import coded_errors
from server.commands.given import settings_of
from server.decisions.deciding import unusable
from server.process import app
from server.process.workers import supervisor
from server.settings.config import SETTINGS, unknown_variables
from server.settings.logs import Level, configure, event
from server.settings.stderr import stderr_as_lines
from server.telemetry.traces import PROTOCOLS, ProtocolError, check_packages


def serve(config: Path | None, options: dict[str, str | None], pairs: list[str], lang: str) -> None:
    """Serves. The one line on standard output names the bound address; the log goes to standard error."""
    settings = settings_of(config, options, pairs, lang)
    configure()
    variables = {setting.variable for setting in SETTINGS.values()}
    for name in unknown_variables(os.environ):
        event(Level.WARNING, "unknown_variable", code="LNK952", name=name, meant=suggest(name, variables))
    serving = app if settings.workers == 1 else supervisor
    _require(settings.engine)
    if settings.shadow.share:
        _require(settings.shadow.engine)
    if settings.traces.enabled:
        _require_traces()
    with coded_errors(settings.rules, lang), stderr_as_lines():
        serving.run(settings, lambda address: show(f"listening {address}", flush=True))


def _require_traces() -> None:
    """Raises CommandError where traces cannot be sent: LNK909 for missing packages, LNK951."""
    try:
        check_packages()
    except ImportError as error:
        raise CommandError("LNK909") from error
    except ProtocolError as error:
        raise CommandError("LNK951", name=error.variable, expected=" / ".join(PROTOCOLS)) from error


def _require(engine: str) -> None:
    """Raises CommandError (LNK911, LNK612, LNK613) where what the engine needs is missing."""
    if code := unusable(engine):
        raise CommandError(code, engine=engine)
