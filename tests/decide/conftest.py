"""What the tests of this folder share."""

from tests.golden import pytest_addoption, update_golden

__all__ = ["pytest_addoption", "update_golden"]
