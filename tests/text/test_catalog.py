"""The catalog of faults: complete in both languages, and the page made from it."""

import importlib
import re
import string
from pathlib import Path
from pkgutil import iter_modules

import pytest

from policy.text import messages
from policy.text.messages import CATALOG
from policy.text.messages.page import faults_page

CODES = sorted(CATALOG)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", CODES)
def test_an_entry_says_the_same_in_both_languages(code: str) -> None:
    entry = CATALOG[code]
    assert entry.code == code
    assert entry.zh
    assert entry.en
    assert placeholders(entry.zh) == placeholders(entry.en)
    assert placeholders(entry.help_zh) == placeholders(entry.help_en)
    assert bool(entry.help_zh) == bool(entry.help_en)
    assert all(name.isidentifier() for name in placeholders(entry.zh + entry.help_zh))


def test_codes_are_unique_and_of_one_form() -> None:
    names = (found.name for found in iter_modules(messages.__path__) if found.name != "__main__")
    modules = [importlib.import_module(f"policy.text.messages.{name}") for name in names]
    listed = [entry.code for module in modules for entry in getattr(module, "ENTRIES", ())]
    assert sorted(listed) == CODES
    assert all(re.fullmatch(r"LNK\d{3}", code) for code in CODES)


def test_the_page_of_faults_is_up_to_date(repo_root: Path, update_golden: bool) -> None:
    page = repo_root / "docs" / "faults.md"
    if update_golden:
        page.write_text(faults_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == faults_page(), (
        "run: python -m policy.text.messages > docs/faults.md"
    )
