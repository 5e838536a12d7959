"""Lists in the shape of the annex: taken whole or not at all, every mistake told by sheet and cell."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from linkage.v1 import contact_service_pb2 as api
from linkage.v1 import decision_pb2
from server.contacts import importing, offices
from tests.golden import check
from tests.server.contacts.conftest import MOBILE, OFFICE, Book, list_of
from tests.server.register.conftest import DAY

TWO = (
    ("区税务局", "张 三", "科长", OFFICE, int(MOBILE)),
    ("区税务局", "李四", "科员", f"{OFFICE[:-1]}8", f"{MOBILE[:9]}38"),
)


async def test_a_receipt_as_the_annex_prints_it(on_sqlite: Book) -> None:
    answer = await on_sqlite.upload(list_of(*TWO), submitted_at="2024-03-02T01:00:00Z", check=True)
    assert (len(answer.appointed), list(answer.mistakes)) == (2, [])
    assert [(note.cell, note.message) for note in answer.notes] == [
        ("B3", "名单没有写角色，按先后顺序认定为“A角”"),
        ("B4", "名单没有写角色，按先后顺序认定为“B角”"),
    ]
    assert not (await on_sqlite.call("ListContacts")).contacts
    await on_sqlite.upload(list_of(*TWO), submitted_at="2024-03-02T01:00:00Z")
    found = (await on_sqlite.call("ListContacts")).contacts
    assert [(c.person.name, c.post.code, c.person.mobile) for c in found] == [
        ("张三", "a", MOBILE),
        ("李四", "b", f"{MOBILE[:9]}38"),
    ]
    for rule in ("contacts.tax", "list.tax"):
        assert (await on_sqlite.duty(rule)).state_event, rule
    again = await on_sqlite.upload(list_of(*TWO))
    assert (again.unchanged, len(again.appointed), len(again.updated)) == (2, 0, 0)
    assert not await on_sqlite.registered.verify()


async def test_a_receipt_is_corrected_by_the_whole_one_of_the_same_day(on_sqlite: Book) -> None:
    await on_sqlite.upload(list_of(TWO[0]), submitted_at="2024-03-02T01:00:00Z")
    assert (await on_sqlite.duty("list.tax")).state == decision_pb2.STATE_PENDING
    for _ in range(2):
        await on_sqlite.upload(list_of(*TWO), submitted_at="2024-03-02T01:00:00Z")
        assert (await on_sqlite.duty("list.tax")).state == decision_pb2.STATE_FULFILLED
    file = await on_sqlite.registered.call("GetCase", case_id="district")
    assert [each.count for each in file.facts.events if each.type == "list_submitted"] == [2]
    assert not await on_sqlite.registered.verify()


async def test_a_new_list_hands_over_and_updates(on_sqlite: Book) -> None:
    await on_sqlite.upload(list_of(*TWO))
    on_sqlite.registered.clock.now += DAY
    new = (
        ("区税务局", "王五", "科长", "", int(MOBILE) + 37, "A角"),
        ("区税务局", "李四", "副科长", "", "", "B角"),
    )
    header = ("单 位", "姓 名", "职 务", "固定电话", "手 机", "角色")
    answer = await on_sqlite.upload(list_of(*new, header=header))
    assert (len(answer.appointed), len(answer.updated), answer.unchanged) == (1, 1, 0)
    found = (await on_sqlite.call("ListContacts")).contacts
    assert [(c.person.name, c.person.post, c.post.code) for c in found] == [
        ("李四", "副科长", "b"),
        ("王五", "科长", "a"),
    ]
    assert await on_sqlite.duty("contacts.again") is None


async def test_who_is_there_stays_and_what_a_list_does_not_say_stays_known(on_sqlite: Book) -> None:
    await on_sqlite.appoint("c1", "a", person={"name": "张三", "email": "zhang@example.cn"})
    await on_sqlite.appoint("c2", "b", person={"name": "李四"})
    on_sqlite.registered.clock.now += DAY
    answer = await on_sqlite.upload(list_of(("区税务局", "王五"), ("区税务局", "张三", "科长")))
    assert (len(answer.appointed), list(answer.updated)) == (1, ["c1"])
    found = {c.post.code: c for c in (await on_sqlite.call("ListContacts")).contacts}
    assert (found["a"].id, found["a"].person.post, found["a"].person.email) == (
        "c1",
        "科长",
        "zhang@example.cn",
    )
    assert (found["b"].person.name, found["b"].replaces) == ("王五", "c2")


async def test_what_is_given_out_is_taken_again(on_sqlite: Book) -> None:
    await on_sqlite.upload(list_of(*TWO))
    await on_sqlite.appoint(
        "evil", "a", body="court", person={"name": "=1+1", "post": "@SUM(A1)", "telephone": ""}
    )
    made = (await on_sqlite.call("ExportContacts")).workbook
    sheet = load_workbook(BytesIO(made))["固定联系人"]
    assert [cell.value for cell in sheet[2]][:5] == ["单 位", "姓 名", "职 务", "固定电话", "手 机"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert "=1+1" in {cell.value for row in sheet.iter_rows() for cell in row}
    request = api.ImportContactsRequest(district="qiaonan", workbook=made)
    answer = await on_sqlite.stub.ImportContacts(request)
    assert (list(answer.mistakes), answer.unchanged, list(answer.appointed)) == ([], 3, [])


def hurried() -> Workbook:
    """A list with what a hurried clerk gets wrong."""
    header = ("单位", "姓名", "职务", "固定电话", "手机", "角色", "任职起", "电子邮箱", "联系人种类")
    book = list_of(
        ("区税务居", "甲", "", "", MOBILE, "A角"),
        ("区税务局", "乙", "", 2012345678, MOBILE, "A角"),
        ("区税务局", "丙", "", "", "1380000", "A角"),
        ("区法院", "丁", "", "", "", "C角"),
        ("区法院", "戊", "", "", "", "A角", "9月20日"),
        ("区法院", "己", "", "", "", "A角", date(2024, 1, 1)),
        ("区法院", "庚", "", "", "", "A角", "2024年1月2日"),
        ("区民政局", "辛", "", "", "", "A角", "", "xin@"),
        ("区民政局", "辛", "", "", "", "B角"),
        ("", "壬", "", "", "", "A角"),
        ("区民政局", "", "科长"),
        ("区民政局", "=A1", "", "", "", "B角"),
        ("区民政局", "#N/A", "", "", "", "B角"),
        ("区委政法委", "癸", "", "", "", "A角"),
        ("居委会", "子", "", "", "", "", "", "", "联络人员"),
        header=header,
    )
    sheet = book.active
    assert sheet is not None
    sheet["B15"].data_type = "e"
    sheet.append(["区民政局", "丑", "", "", "", "A角"])
    sheet.merge_cells("B18:C18")
    return book


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_mistakes_are_told_by_their_cells(on_sqlite: Book, lang: str, update_golden: bool) -> None:
    answer = await on_sqlite.upload(hurried(), language=lang)
    told = "\n".join(f"{each.sheet}!{each.cell} {each.code} {each.message}" for each in answer.mistakes)
    check(Path(__file__).parent / f"mistakes.{lang}.golden", told + "\n", update_golden)
    assert not answer.appointed
    assert not (await on_sqlite.call("ListContacts", include_past=True)).contacts


async def test_a_unit_merged_beside_its_rows_is_what_annexes_look_like(on_sqlite: Book) -> None:
    book = list_of(TWO[0], ("", *TWO[1][1:]))
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A3:A4")
    answer = await on_sqlite.upload(book)
    assert (list(answer.mistakes), len(answer.appointed)) == ([], 2)


def bomb() -> bytes:
    """A small file that unpacks to many megabytes."""
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return into.getvalue()


def tall() -> bytes:
    """A list whose last row is the last that there can be."""
    book, into = list_of(*TWO), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.cell(1_048_576, 1, " ")
    book.save(into)
    return into.getvalue()


def spread(inner: str, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A list with an area that has every cell there can be, which openpyxl would make one by one."""
    book, plain, into = list_of(*TWO), BytesIO(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["A3"].comment = Comment("x", "y")
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part).decode("utf-8")
            if part.filename == name:
                text = text.replace("</sheetData>", f"</sheetData>{inner}").replace(
                    'ref="A3"', 'ref="A3:XFD1048576"'
                )
            new.writestr(part.filename, text)
    return into.getvalue()


def headless() -> bytes:
    """A book without a list."""
    book, into = Workbook(), BytesIO()
    book.save(into)
    return into.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 nonsense", "LNK078"),
        ("单位,姓名\n".encode("gbk"), "LNK078"),
        (b"\xd0\xcf\x11\xe0 an old .xls", "LNK078"),
        (b"x" * 1_100_000, "LNK079"),
        (bomb(), "LNK079"),
        (tall(), "LNK079"),
        (spread('<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'), "LNK079"),
        (spread('<hyperlinks><hyperlink ref="A:XFD" location="A1"/></hyperlinks>'), "LNK079"),
        (spread("", "xl/comments/comment1.xml"), "LNK079"),
        (headless(), "LNK080"),
    ],
    ids=["zip", "csv", "xls", "large", "bomb", "tall", "merged", "linked", "commented", "headless"],
)
async def test_files_that_are_no_lists(on_sqlite: Book, data: bytes, code: str) -> None:
    answer: Any = await on_sqlite.stub.ImportContacts(
        api.ImportContactsRequest(district="qiaonan", workbook=data)
    )
    assert [each.code for each in answer.mistakes] == [code]
    assert answer.mistakes[0].message


@pytest.mark.parametrize("until", [date(9999, 12, 31), "9999-12-31", "0001-01-01"])
async def test_an_end_that_no_calendar_reaches_is_told_by_its_cell(on_sqlite: Book, until: Any) -> None:
    header = ("单位", "姓名", "任职止")
    answer = await on_sqlite.upload(list_of(("区税务局", "张三", until), header=header))
    assert {(each.cell, each.code) for each in answer.mistakes} >= {("C3", "LNK806")}


async def test_a_list_does_not_make_more_contacts_than_a_district_may_have(
    on_sqlite: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (importing, offices):
        monkeypatch.setattr(module, "MAX_CONTACTS", 3)
    await on_sqlite.upload(list_of(*TWO))
    more = (("区法院", "王五"), ("区法院", "赵六"))
    answer = await on_sqlite.upload(list_of(*more))
    assert [(each.cell, each.code) for each in answer.mistakes] == [("", "LNK079")]
    assert "本地区的联系人（含离任的） 4，最多 3" in answer.mistakes[0].message
    assert len((await on_sqlite.call("ListContacts")).contacts) == 2
