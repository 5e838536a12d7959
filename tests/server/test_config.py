"""Settings from file, environment and options. Their faults are in bad/LNK951 and bad/LNK952."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.settings.config import SETTINGS, Settings, SettingsError, settings_from, unknown_variables


def test_published_defaults() -> None:
    assert settings_from() == Settings()
    assert Settings().address == "127.0.0.1:50051"
    assert Settings().log.acknowledge


def test_the_later_source_wins(tmp_path: Path) -> None:
    file = tmp_path / "linkage.yaml"
    file.write_text(
        "address: a:1\nrules: r1\ndatabase: d1\nlog: {queue: 5, enabled: false}\nlimits: {batch_items: 7}\n"
    )
    environment = {"LINKAGE_RULES": "r2", "LINKAGE_DATABASE": "d2", "LINKAGE_LOG_QUEUE": "6"}
    found = settings_from(file, environment, {"database": "d3", "grace_seconds": "1.5"})
    assert (found.address, found.rules, found.database) == ("a:1", "r2", "d3")
    assert (found.log.queue, found.log.enabled, found.limits.batch_items) == (6, False, 7)
    assert found.grace_seconds == 1.5


@pytest.mark.parametrize("text", ["", "# nothing\n", "null\n", "[1]\n", "a: 1\na: 2\n", "\x00"])
def test_files_that_are_no_settings(text: str, tmp_path: Path) -> None:
    file = tmp_path / "linkage.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        settings_from(file)


@given(st.sampled_from(sorted(SETTINGS)), st.text(max_size=20))
def test_any_text_is_a_value_or_a_fault(name: str, text: str) -> None:
    assert codes({name: text}) in ([], ["LNK951"])
    assert codes({name: " "}) == ["LNK951"]


def codes(options: dict[str, str]) -> list[str]:
    try:
        settings_from(options=options)
    except SettingsError as error:
        return [fault.code for fault in error.faults]
    return []


def test_variables_that_are_no_settings() -> None:
    environment = {
        "LINKAGE_LOG_ENABLE": "",
        "LINKAGE_LANG": "en",
        "LINKAGE_LOG_ENABLED": "true",
        "LINKAGE_PORT_50051_TCP": "",
        "LINKAGE_SERVICE_HOST": "",
        "HOME": "/",
    }
    assert unknown_variables(environment) == ["LINKAGE_LOG_ENABLE"]
