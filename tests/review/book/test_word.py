"""The Word file: real headings, repeated heads of tables, Chinese fonts, fields, and equal bytes."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from policy.review.book import Book
from policy.review.book.word import docx_of
from policy.review.book.words import labels


@pytest.fixture(scope="module")
def made(large: Book) -> bytes:
    return docx_of(large)


@pytest.fixture(scope="module")
def document(made: bytes) -> Document:
    return docx.Document(io.BytesIO(made))


def headings(document: Document, level: int) -> list[str]:
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == f"Heading {level}"]


def test_headings_lead_through_parts_clauses_and_rules(document: Document, large: Book) -> None:
    t = labels("zh")
    parts = ("clauses", "matrix", "tasks", "open", "readings", "sign")
    assert headings(document, 1) == [t[part] for part in parts]
    assert [text.split("  ")[0] for text in headings(document, 2)] == [
        clause.number for clause in large.clauses
    ]
    assert len(headings(document, 3)) == sum(
        len(group.rules) for clause in large.clauses for group in clause.groups
    )


def test_it_is_a4_and_the_matrix_lies_on_its_side(document: Document) -> None:
    shapes = [(one.orientation, one.page_width, one.page_height) for one in document.sections]
    upright, lying = (WD_ORIENT.PORTRAIT, Mm(210), Mm(297)), (WD_ORIENT.LANDSCAPE, Mm(297), Mm(210))
    assert [(way, round(w.mm), round(h.mm)) for way, w, h in shapes if w and h] == [
        (way, round(w.mm), round(h.mm)) for way, w, h in (upright, lying, upright)
    ]


def test_long_tables_repeat_their_heads(document: Document) -> None:
    for table in document.tables:
        if len(table.rows) > 8 and table.style is not None and table.style.name == "Table Grid":
            assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


@pytest.mark.parametrize(("style", "font"), [("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")])
def test_chinese_text_has_fonts_of_its_own(document: Document, style: str, font: str) -> None:
    fonts = document.styles[style].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert not [name for name in fonts.attrib if "heme" in name]


def test_pages_are_numbered_and_links_lead_somewhere(document: Document, made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        parts = {name: found.read(name).decode() for name in found.namelist() if name.endswith(".xml")}
    everything = "".join(text for name, text in parts.items() if name.startswith("word/"))
    for code in ("PAGE", "NUMPAGES", r"TOC \o"):
        assert f" {code} " in everything or f" {code}" in everything
    assert everything.count('fldCharType="begin"') == everything.count('fldCharType="end"')
    body = document.element.body
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    links = {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))}
    assert links
    assert links <= marks


def test_what_word_asks_of_the_order_of_properties(document: Document) -> None:
    """Word refuses a file whose properties stand in another order than the schema's (ECMA-376, 17.4)."""
    cell = ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "vAlign"]
    table = [
        "tblStyle",
        "tblW",
        "jc",
        "tblInd",
        "tblBorders",
        "tblLayout",
        "tblCellMar",
        "tblLook",
        "tblDescription",
    ]
    for tag, order in (("w:tcPr", cell), ("w:tblPr", table)):
        for found in document.element.body.iter(qn(tag)):
            names = [child.tag.partition("}")[2] for child in found]
            assert names == sorted(names, key=order.index)


def test_equal_books_give_equal_bytes(small: Book) -> None:
    first, second = docx_of(small), docx_of(small)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as found:
        assert {item.date_time for item in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "dcterms:created" not in found.read("docProps/core.xml").decode()


def test_a_deadline_is_a_row_of_cells_that_says_what_it_shows(small: Book) -> None:
    document = docx.Document(io.BytesIO(docx_of(small)))
    figure = next(g.figure for clause in small.clauses for g in clause.groups if g.figure is not None)
    said = [one.get(qn("w:val")) for one in document.element.body.iter(qn("w:tblDescription"))]
    assert said == [figure.said]
