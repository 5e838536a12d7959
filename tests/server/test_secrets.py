"""Whatever is wrong with the settings, no password is shown."""

from pathlib import Path

import pytest

from policy.text.diagnostics import fault, render, to_dict
from policy.text.secrets import without_secrets
from policy.text.source import Source, Span, whole
from server.settings.config import SettingsError, settings_from

SECRET = "S3cr3tPw"  # noqa: S105 - made up
URL = f"postgresql://u:{SECRET}@127.0.0.1:1/db"
FILES = [
    f"databse: {URL}\n",
    f"database: [{URL}]\n",
    f"database: {{url: {URL}}}\n",
    f"database: {URL}\ndatabase: {URL}\n",
    f"- database: {URL}\n",
    f"{URL}\n",
    f"{URL}: x\n",
    f"workers: {URL}\n",
    f"log: {URL}\n",
    f"log: {{databse: {SECRET}}}\n",
    f"database: '{URL}\n",
    f'database: "{URL}\nworkers: 1\n',
    f"database: {URL}\n\tworkers: 1\n",
    f"database: |\n  postgresql://u:{SECRET}\n  @h/db\nworkers: no\n",
    f"database:\n  password: {SECRET}\n",
    f"password: {SECRET}\n",
    f"database: &{SECRET} x\n",
    f"database: *{SECRET}\n",
    f"database: !{SECRET} x\n",
    f"workers: many # {URL}\n",
    f"limits: {{batch_items: 0, password: {SECRET}}}\n",
    f"database: postgresql://u:p@ss/{SECRET}@h/db\nworkers: 0\nunknown: postgresql://u:p@ss/{SECRET}@h/db\n",
]


@pytest.mark.parametrize("text", FILES)
def test_no_file_is_shown_with_its_password(text: str, tmp_path: Path) -> None:
    file = tmp_path / "linkage.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        settings_from(file)
    for item in caught.value.faults:
        for lang in ("zh", "en"):
            assert SECRET not in render(item, lang)
            assert SECRET not in str(to_dict(item, lang))


def test_what_hides_nothing_is_shown_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "linkage.yaml"
    file.write_text("workers: many\naddres: 127.0.0.1:1\n")
    with pytest.raises(SettingsError) as caught:
        settings_from(file)
    shown = "".join(render(item, "en") for item in caught.value.faults)
    assert "workers: many" in shown
    assert "addres: ***" in shown


@pytest.mark.parametrize("name", [f"postgresql://u:{SECRET}@h/db?x", "workers"])
def test_no_option_is_shown_with_its_password(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(options={name: URL})
    assert SECRET not in "".join(render(item, "en") for item in caught.value.faults)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (URL, "postgresql://**********@127.0.0.1:1/db"),
        ("a postgresql://u:p@s/s w@h/db b", "a postgresql://******* *@h/db b"),
        ("sqlite:///linkage.sqlite3", "sqlite:///linkage.sqlite3"),
        (
            "http://example.com:8080/x and http://example.com:80",
            "http://example.com:8080/x and http://example.com:80",
        ),
        (f"postgresql://u:{SECRET}", "postgresql://" + "*" * 10),
        (f"postgresql://h/db?password={SECRET}&x=1", "postgresql://h/db?password=********&x=1"),
        ("passed == true", "passed == true"),
    ],
)
def test_what_is_masked(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
    assert len(without_secrets(text)) == len(text)


def test_every_part_of_a_fault() -> None:
    source = Source("x.yaml", f"a: {URL}")
    in_text = fault("LNK952", Span(source, 0, 1), URL, name=URL)
    in_name = fault("LNK952", whole(f"--set {URL}"), name="x")
    for item in (in_text, in_name):
        assert SECRET not in render(item, "en") + str(to_dict(item, "zh"))
