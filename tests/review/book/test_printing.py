"""The PDF: A4, readable text, bookmarks, subsets of fonts, the same bytes again; what is missing is said."""

from __future__ import annotations

import importlib.abc
import io
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pypdf
import pytest

from policy.cli import app, run
from policy.review.book import Book
from policy.review.book.page import page_of
from policy.review.book.printing import FontMissing, LibraryMissing, pdf_of
from policy.review.book.words import labels
from tests.review.book.conftest import SMALL


def printed(page: str) -> bytes:
    try:
        return pdf_of(page)
    except LibraryMissing as error:
        pytest.skip(f"takes Pango, which WeasyPrint draws text with: {error}")
    except FontMissing:
        pytest.skip("takes a Chinese font, such as fonts-noto-cjk")


@pytest.fixture(scope="module")
def pdf(small: Book) -> bytes:
    return printed(page_of(small))


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_its_text_can_be_read_and_searched(reader: pypdf.PdfReader, small: Book) -> None:
    text = "".join(page.extract_text() for page in reader.pages)
    assert small.title in text
    assert "第一条" in text
    assert f"第 {len(reader.pages)} 页，共 {len(reader.pages)} 页" in text.replace("\n", "")


def test_it_is_a4_with_the_matrix_on_its_side(reader: pypdf.PdfReader) -> None:
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == {(595, 842), (842, 595)}


def test_its_bookmarks_are_the_parts_and_the_clauses(reader: pypdf.PdfReader, small: Book) -> None:
    titles = [str(one.title) for one in _flat(reader.outline)]
    t = labels("zh")
    parts = [t[part] for part in ("clauses", "matrix", "tasks", "open", "readings", "sign")]
    assert [title for title in titles if title in parts] == parts
    assert [title for title in titles if title.startswith("第")] == [
        f"{clause.number}{clause.kind}" for clause in small.clauses
    ]


def _flat(outline: Sequence[object]) -> list[pypdf.generic.Destination]:
    found: list[pypdf.generic.Destination] = []
    for one in outline:
        found += _flat(one) if isinstance(one, list) else [one]  # type: ignore[list-item]
    return found


def test_its_fonts_are_embedded_as_far_as_they_are_used(reader: pypdf.PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all(name[7:8] == "+" for name in fonts), "a subset's name begins with six letters and a plus"


def test_equal_pages_give_equal_bytes() -> None:
    page = "<!DOCTYPE html><title>x</title><h2>一、桥南</h2><p>应当</p>"
    assert printed(page) == printed(page)


def test_a_sign_that_no_font_has_is_a_fault_and_no_box() -> None:
    printed("<p>桥南</p>")
    with pytest.raises(FontMissing):
        pdf_of("<p>\U000f3a5c</p>")


class _NoPango(importlib.abc.MetaPathFinder):
    """Imports WeasyPrint as on a machine without Pango."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "weasyprint":
            print("WeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0'\nmore")
        return None


def test_a_machine_without_pango_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_NoPango(), *sys.meta_path])
    with pytest.raises(LibraryMissing, match=r"^cannot load library .libpango-1\.0-0.$"):
        pdf_of("<p>x</p>")
    monkeypatch.setattr("policy.cli.report.need", lambda package, extra: None)
    out = tmp_path / "x.pdf"
    assert run(app, ["report", "qiaonan", "-o", str(out), "--rules", str(SMALL)]) == 2
    said = capsys.readouterr()
    assert "LNK482" in said.err
    assert "libpango" in said.err
    assert said.out == ""
    assert not out.exists()
