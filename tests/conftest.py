"""What every test shares: where the repository is, and how hard Hypothesis looks.

Profiles of Hypothesis:

* `default`: the same examples on every run and every machine, so that a commit passes or fails for good.
* `ci`: new random examples at each run, many more of them, for hunting. A failure prints the line that
  reproduces it. Ask for it with `pytest --hypothesis-profile=ci`.

Neither has a time limit for an example: a slow machine is not a defect of the code.
"""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("default", derandomize=True, database=None, deadline=None, max_examples=100)
settings.register_profile("ci", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("default")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout that the tests belong to."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def rules_dir(repo_root: Path) -> Path:
    """The packs, vocabulary and calendar that the repository ships."""
    return repo_root / "rules"
