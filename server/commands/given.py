"""The settings that a command is given: a file, the environment, its options.

Imports nothing of a running server: some commands are started every few seconds.
"""

from __future__ import annotations

import os
from pathlib import Path

import typer

from policy.cli.guard import CANNOT_RUN, CommandError
from policy.text.terminal import print_faults
from server.settings.config import Settings, SettingsError, settings_from


def settings_of(config: Path | None, options: dict[str, str | None], pairs: list[str], lang: str) -> Settings:
    """The settings of a file, the environment, named options (None: not given) and ``NAME=VALUE`` pairs.

    Prints what is wrong and raises typer.Exit.
    """
    try:
        return settings_from(config, os.environ, options_of(options, pairs))
    except SettingsError as error:
        print_faults(error.faults, lang)
        raise typer.Exit(CANNOT_RUN) from error


def options_of(
    options: dict[str, str | None], pairs: list[str], command: str = "linkage serve"
) -> dict[str, str]:
    """What the command line says of settings: named options and ``NAME=VALUE`` pairs."""
    given = {name: value for name, value in options.items() if value is not None}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandError("LNK906", detail="--set NAME=VALUE", command=command)
        given[name.strip()] = value
    return given
