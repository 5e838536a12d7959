"""The pages that are made from the code are up to date."""

from server.api.pages import pages
from server.settings.config import SETTINGS


def test_pages_are_up_to_date() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m server.api.pages`"


def test_every_setting_is_on_a_page() -> None:
    text = "\n".join(pages().values())
    assert [name for name in SETTINGS if f"`{name.removeprefix('limits.')}`" not in text] == []
