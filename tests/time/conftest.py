"""The calendar that the tests of legal time count on."""

import pytest

from policy.time.calendar import Calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """The notices for 2004 to 2026, whatever later ones the installed library may know."""
    return Calendar.published(through=2026)
