"""The catalog: every fault's stable code, severity, message and help, in Chinese and in English.

A code is never reused and never changes its meaning. Its hundred says where it arises:
0 what an answer warns of, and the register, 1 text and YAML, 2 structure, 3 names and references,
4 expressions (from 451 publishing), 5 consistency of rules, 6 versions and pack sets, 7 rule tests (from
720 assessments), 8 requests (from 870 the decision log), 9 operation. Modules hold them by what they are
about.
docs/faults.md is made from this table by ``python -m policy.text.messages``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy.text.messages import (
    assessments,
    book,
    bulk,
    changing,
    contacts,
    decision_log,
    documents,
    drafts,
    editing,
    expressions,
    identity,
    names,
    operation,
    publishing,
    register,
    requests,
    rule_tests,
    rules,
    service,
    structure,
    versions,
    warnings,
    yaml_text,
)
from policy.text.messages.entry import Entry, Severity, Words

__all__ = ["CATALOG", "Entry", "Severity", "Words"]

_HUNDREDS = (
    register,
    contacts,
    yaml_text,
    structure,
    drafts,
    names,
    editing,
    expressions,
    book,
    changing,
    publishing,
    rules,
    versions,
    rule_tests,
    assessments,
    requests,
    warnings,
    operation,
    documents,
    service,
    decision_log,
    bulk,
    identity,
)

CATALOG: Mapping[str, Entry] = MappingProxyType(
    {entry.code: entry for hundred in _HUNDREDS for entry in hundred.ENTRIES}
)
