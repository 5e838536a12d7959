"""The tools of other languages: whether they are there, and what they say where nothing can be fetched."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

ANSI = re.compile(r"\x1b\[\d*m")
UNREACHABLE = re.compile(
    "Could not transfer|Unknown host|No plugin found|Could not find artifact|could not be resolved"
    "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network|dial tcp|no such host|requires go >="
)
"""What Maven, npm and Go say where they cannot fetch what they need."""


def needs(tool: str, version: str, least: int) -> None:
    """Skips the test where a tool is not installed or too old, and says so."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    said = subprocess.run([tool, version], capture_output=True, text=True, check=True)
    number = re.search(r"\d+", ANSI.sub("", said.stdout + said.stderr))
    if number is None or int(number[0]) < least:
        pytest.skip(f"{tool} is older than {least}")
