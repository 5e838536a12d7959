"""One digest over the decisions of the rule tests of a rules folder; run by test_determinism in processes.

Usage: python -m tests.decide.digests RULES…
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from policy.review.ruletest.run import run_test
from tests.loading import loaded


def digest_of(root: Path) -> str:
    """sha256 over snapshot, generated programs and canonical decisions, of many tests of some 300."""
    snapshot, tests = loaded(root)
    total = hashlib.sha256(snapshot.digest.encode())
    for code, district in sorted(snapshot.districts.items()):
        for program in district.programs:
            total.update(f"{code} {program.pack.version} {program.digest}".encode())
    for test in tests[:: 1 + len(tests) // 400]:
        total.update(run_test(snapshot, test).decision.canonical_bytes)
    return total.hexdigest()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(digest_of(Path(argument)))
