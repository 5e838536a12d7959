"""The language of help texts and of faults met before a command has read its options."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

LANG_VARIABLE = "LINKAGE_LANG"


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """ "zh" or "en": ``--lang`` among the arguments, else the environment, else Chinese."""
    wanted = environment.get(LANG_VARIABLE, "")
    for before, argument in zip(("", *arguments), arguments, strict=False):
        if before == "--lang":
            wanted = argument
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    return "en" if wanted == "en" else "zh"


def current() -> str:
    """The language of this process."""
    return language_of(sys.argv[1:], os.environ)


def say(zh: str, en: str) -> str:
    """A help text in the language of this process."""
    return en if current() == "en" else zh
