"""The screen of reports: whatever a text holds, it steers no terminal."""

from __future__ import annotations

from rich.text import Text

from policy.review.report.screen import Column, screen, table
from policy.text.characters import forbidden_in_fact

_ODD = "a\x1b[31mred\x9b1m\u202eb\u200b"


def test_texts_and_tables_are_escaped() -> None:
    console = screen(60)
    with console.capture() as capture:
        console.print(_ODD, soft_wrap=True)
        console.print(Text(_ODD, "red"))
        console.print(table(_ODD, [Column("t\x1b[2J", 1, 40)], [[Text(_ODD)], [_ODD]], console.width))
    lines = capture.get().split("\n")
    assert [line for line in lines if forbidden_in_fact(line)] == []
    assert lines[0] == r"a\x1b[31mred\x9b1m\u202eb\u200b"


def test_what_may_stand_is_drawn_as_it_is() -> None:
    console = screen(60)
    with console.capture() as capture:
        console.print("荔湾区　案件 （2024）粤0103执1号\n甲", soft_wrap=True)
    assert capture.get() == "荔湾区　案件 （2024）粤0103执1号\n甲\n"
