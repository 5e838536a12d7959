"""The book and the page of an assessment: what is in them, and that nothing in them does anything."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

from policy.assess import Appraisal
from policy.review.report.appraisal_book import appraisal_xlsx
from policy.review.report.appraisal_page import appraisal_html
from policy.review.report.points import points_of
from policy.review.report.scorecard import card_of
from policy.review.wording import Wording
from tests.assess.test_scoring import DISTRICT, appraised, case_of


def _some() -> Appraisal:
    duties = [("tax", 1), ("tax", 30), ("civil_affairs", None), ("civil_affairs", None)]
    return appraised(case_of(*duties), confirmed="2025-03-03")


def _book(found: Appraisal) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(appraisal_xlsx([(found, None)], DISTRICT, "zh")))


def _rows(book: zipfile.ZipFile, number: int) -> list[list[str]]:
    """The cells of a sheet as text."""
    shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - our own book
    texts = ["".join(one.itertext()) for one in shared.findall("{*}si")]
    sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
    found = []
    for row in sheet.iterfind(".//{*}row"):
        cells = [(cell.get("t"), cell.findtext("{*}v", "")) for cell in row.findall("{*}c")]
        found.append([texts[int(value)] if kind == "s" else value for kind, value in cells])
    return found


def test_the_book_has_the_figures_as_numbers_in_the_order_of_rank() -> None:
    book = _book(_some())
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["考核", "计分明细", "后续事项", "背后的义务"]
    head, *rows = _rows(book, 1)[2:]
    first = dict(zip(head, rows[0], strict=False))
    assert (first["单位"], first["得分"], first["名次"]) == ("区税务局", "90.5", "1")
    tax = dict(zip(head, next(row for row in rows if row[0] == "区税务局"), strict=False))
    assert (tax["到期义务"], tax["按期率"], tax["用时（小时）"], tax["用时（小时） 中位数"]) == (
        "2",
        "0.5",
        "15.5",
        "15.5",
    )


def test_the_book_lists_every_duty_behind_the_figures_with_what_counts_it() -> None:
    found = _some()
    listed = {row[-1]: row for row in _rows(_book(found), 4)[3:]}
    for row in found.rows:
        for member in row.figures["duties"].members:
            assert listed[member.ident][1] == "c"
            assert "到期义务" in listed[member.ident][6]


def test_the_same_assessment_gives_the_same_book_and_nothing_in_it_is_a_formula() -> None:
    assert appraisal_xlsx([(_some(), None)], DISTRICT, "zh") == appraisal_xlsx(
        [(_some(), None)], DISTRICT, "zh"
    )
    book = _book(_some())
    assert all(b"<f>" not in book.read(name) for name in book.namelist())


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    page = appraisal_html([(_some(), None)], DISTRICT, "zh")
    assert not re.search(r"(src|href)=.(?!#)|@import|url\(|<script|https?:", page)


def test_the_draft_circular_has_the_numbers_of_the_table() -> None:
    page = appraisal_html([(_some(), None)], DISTRICT, "en")
    assert "关于2024年百分制考核情况的通报" in page
    assert "到期义务4件，其中按期1件，逾期后履行1件，逾期未履行2件。" in page
    assert "得分依次为：区税务局90.5分、区民政局72.0分。没有到期义务的单位不列。" in page
    assert "四、约谈。涉及区民政局，应当由区法院依二办理。" in page
    assert "有异议的，可于 2025-03-10 24:00 前向区法院提出。" in page


def test_the_page_says_which_numbers_are_missing_instead_of_a_score() -> None:
    page = appraisal_html([(appraised(case_of(("tax", 1)), bonus=None), None)], DISTRICT, "zh")
    assert "没有计分。尚未确定的本地参数：bonus（全部按期的加分）" in page
    assert "分、" not in page


def test_the_page_escapes_what_cases_say() -> None:
    found = appraised(case_of(("tax", 1)))
    (row,) = (one for one in found.rows if one.body == "tax")
    named = found._replace(rows=(row._replace(unit="<b>&"),), scores=None, follows=())
    page = appraisal_html([(named, None)], DISTRICT, "zh")
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page


def test_the_period_before_is_compared_row_by_row() -> None:
    before = appraised(case_of(("tax", None)))
    lines = card_of(_some(), Wording(DISTRICT, "zh"), before).lines
    assert {line.body: line.change for line in lines} == {
        "public_security": "±0",
        "tax": "+9.5",
        "civil_affairs": "-18.0",
    }
    assert "上期" in appraisal_html([(_some(), before)], DISTRICT, "zh")


def test_without_assessments_there_is_an_empty_page_and_a_book_that_opens() -> None:
    assert "<section" not in appraisal_html([], DISTRICT, "zh")
    book = zipfile.ZipFile(io.BytesIO(appraisal_xlsx([], DISTRICT, "zh")))
    assert "xl/worksheets/sheet1.xml" in book.namelist()


def test_the_page_says_how_each_score_came_about() -> None:
    found = _some()
    wording = Wording(DISTRICT, "zh")
    points = points_of(card_of(found, wording), wording)
    assert points is not None
    assert points.titles == ("履行", "加分")
    by_name = {line.name: line for line in points.lines}
    late, _ = by_name["区税务局"].parts
    assert (late.points, late.items) == ("87.975", "逾期一件 -2.25")
    page = appraisal_html([(found, None)], DISTRICT, "zh")
    assert f"<td>{late.points}<br><small>{late.items}</small></td>" in page
    for line in points.lines:
        whole = sum(Decimal(part.points) for part in line.parts)
        assert abs(whole - Decimal(line.score)) <= Decimal("0.05")
