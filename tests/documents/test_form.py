"""Form changes no clause: page furniture, where a line ends, how an item is printed. A guess is noted."""

from collections.abc import Sequence
from textwrap import dedent

import pytest

from policy.documents.cut import Document, cut
from policy.documents.sources import official_text

ARTICLE = (
    "第一条 交警部门查扣被执行车辆的，应当在查扣之日起两个{}工作日内书面告知区法院。\n第二条 区法院接收。"
)


def ids(document: Document) -> list[str]:
    return [unit.id for unit in document.units]


def guesses(document: Document) -> list[tuple[str, int]]:
    return [(note.code, note.line) for note in document.notes if not note.id]


def same(one: str, other: str) -> bool:
    first, second = cut(one), cut(other)
    numbers = [[unit.number for unit in document.units] for document in (first, second)]
    return dict(first.digests()) == dict(second.digests()) and numbers[0] == numbers[1]


FOOTERS = [
    *(
        "第 1 页",
        "第 1 页 共 2 页",
        "第3页，共5页",
        "第 3 页 / 共 12 页",
        "共 2 页 第 1 页",
        "共12页",
        "第三页",
    ),
    *("- 3 -", "— 3 —", "–3–", "－ ３ －", "—3/12—", "- ii -", "―1―", "·3·", "（第 3 页）", "－第３页－"),
    *(
        "3/12页",
        "页码：3",
        "Page 3 of 12",
        "page 3",
        "3 of 12",
        "PAGE 3/12",
        "p. 3",
        "| 第 3 页 | 共 12 页 |",
    ),
    *("（此页无正文）", "（转下页）"),
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_page_number_is_layout_wherever_the_page_ends(footer: str) -> None:
    for title in ("区协作办法\n", ""):
        text = title + ARTICLE.format("\n\n" + footer + "\n\n")
        assert same(text, title + ARTICLE.format("")), footer
        assert same(f"{title}{ARTICLE.format('')}\n{footer}", title + ARTICLE.format(""))
        assert guesses(cut(text)) == []


@pytest.mark.parametrize(
    "kept", ["第三条", "共同", "3.", "第 页 共 页", "3名", "见第3页", "第3页的表", "1/2的人"]
)
def test_what_only_resembles_a_page_number_is_substance(kept: str) -> None:
    assert kept.replace(" ", "") in "".join(
        unit.text.replace(" ", "") for unit in cut(f"办法\n第一条 甲。\n{kept}\n").units
    )


def test_a_page_of_a_total_is_left_out_and_said() -> None:
    document = cut("办法\n" + ARTICLE.format("\n3/12\n"))
    assert same("办法\n" + ARTICLE.format("\n3/12\n"), "办法\n" + ARTICLE.format(""))
    assert guesses(document) == [("page_furniture", 3)]


def test_a_bare_number_is_kept_alone_and_left_out_where_pages_are_counted() -> None:
    alone = cut("办法\n" + ARTICLE.format("\n3\n"))
    assert "两个3工作日" in alone.units[1].text
    assert guesses(alone) == [("lone_number", 3)]
    page = "区法院应当在收到材料后的五日内登记、编号、分类、归档，" * 6
    counted = f"办法\n第一条 {page}并在两个\n1\n工作日内反馈；\n{page}同时在两个\n2\n工作日内通报。\n3"
    plain = f"办法\n第一条 {page}并在两个工作日内反馈；\n{page}同时在两个工作日内通报。"
    assert same(counted, plain)
    assert [note.lines for note in cut(counted).notes] == [(3, 6, 8)]


def test_the_numbers_of_sections_and_rows_are_no_pages() -> None:
    table = "一、甲。\n附件\n登记表\n序号\n单位\n1\n公安局\n2\n民政局\n3\n税务局"
    assert cut(table).units[-1].text.endswith("1\n公安局\n2\n民政局\n3\n税务局")


TITLE = "柳溪区执行协作工作办法"
LONG = "第{}条 交警部门查扣被执行车辆的，应当在查扣之日起两个工作日内书面告知区法院，并移交车辆的钥匙和清单。"
PLAIN = [TITLE, *(LONG.format(number) for number in "一二三四")]


def paged(header: str, footer: str, at: int) -> str:
    """The plain document on pages that break each article in two."""
    lines = [PLAIN[0]]
    for page, line in enumerate(PLAIN[1:], 1):
        lines += [line[:at], footer.format(page), header, line[at:]]
    return "\n".join(line for line in lines if line)


@pytest.mark.parametrize("at", [4, 8, 20, 27])
@pytest.mark.parametrize(
    ("header", "footer"),
    [
        (TITLE, "— {} —"),
        (TITLE, "第{}页"),
        (TITLE, ""),
        ("柳溪区人民法院文件汇编", "- {} -"),
        ("", "柳溪区人民法院　　第 {} 页 共 4 页"),
        (f"{TITLE}　第3页", "— {} —"),
        ("柳溪区人民法院\n内部使用", "第{}页"),
    ],
)
def test_a_running_title_is_left_out_and_said(header: str, footer: str, at: int) -> None:
    text = paged(header, footer, at)
    assert same(text, "\n".join(PLAIN)), [unit.text for unit in cut(text).units]
    found = {note.code for note in cut(text).notes}
    assert found == {"page_furniture"}


def test_a_title_that_is_no_running_title_is_kept() -> None:
    named = f"{TITLE}\n第一条 甲。\n第二条 各单位按照\n{TITLE}\n的规定办理。"
    assert TITLE in cut(named).units[-1].text
    chapters = "第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    contents = f"{TITLE}\n目录\n第一章 总则\n第二章 附则\n— 1 —\n{TITLE}\n{chapters}"
    assert guesses(cut(contents)) == []
    signed = "柳溪区人民法院\n关于协作的通知\n一、甲。\n— 1 —\n柳溪区人民法院\n2024年2月20日"
    assert ids(cut(signed)) == ["title", "1", "signature"]
    assert cut(signed).units[-1].text == "柳溪区人民法院\n2024年2月20日"


def test_words_that_a_page_break_meets_twice_are_no_running_title() -> None:
    lines = [TITLE]
    for number, page in zip("一二三四五六", range(1, 7), strict=True):
        line = LONG.format(number)
        if page % 3 == 0:
            lines += [line[:8], line[8:18], f"— {page} —", line[18:]]
        else:
            lines += [line, f"— {page} —"]
    plain = "\n".join([TITLE, *(LONG.format(number) for number in "一二三四五六")])
    assert same("\n".join(lines), plain)


LINE_ENDS = ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n\f", "\f\n", "\v\n"]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_every_line_end_of_unicode_ends_a_line(end: str) -> None:
    text = end.join(["办法", "第一条 甲。", "第二条 乙。", "第三条 丙。"])
    assert ids(cut(text)) == ["title", "1", "2", "3"]
    assert ids(cut(official_text(text.encode()).text)) == ["title", "1", "2", "3"]
    broken = f"第一条 各单位收到通知后应当在两个{end}工作日内办理。"
    assert same(official_text(broken.encode()).text, broken.replace(end, ""))


def test_a_page_break_beside_a_line_end_adds_no_line() -> None:
    text = official_text("\f一、甲。\n\f二、乙。\f\n三、丙。\f".encode()).text
    assert text == "一、甲。\n二、乙。\n三、丙。"


@pytest.mark.parametrize(
    "numbers",
    [
        [chr(code) for code in (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))],
        list("❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"),
        list("⓵⓶⓷⓸⓹⓺⓻⓼⓽⓾"),
        list("➀➁➂➃➄➅➆➇➈➉"),
        list("➊➋➌➍➎➏➐➑➒➓"),
        list("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    ],
    ids=lambda numbers: numbers[0],
)
@pytest.mark.parametrize("between", ["\n", ""])
def test_circled_numbers_of_every_kind_are_items(numbers: Sequence[str], between: str) -> None:
    items = between.join(f"{number}事项{place}；" for place, number in enumerate(numbers))
    document = cut(f"办法\n第一条 应当写明：{between}{items}\n第二条 乙。")
    assert ids(document) == ["title", "1", *(f"1.{place}" for place in range(1, len(numbers) + 1)), "2"]
    assert document.units[-2].number == f"第一条{numbers[-1]}"
    assert document.notes == ()


LISTS = [
    "（一）协查人员下落；（二）协查车辆；（三）协查账户。",
    "1.协查人员下落；2.协查车辆；3.协查账户。",
    "1、协查人员下落；2、协查车辆；3、协查账户。",
    "(1)协查人员下落，(2)协查车辆，(3)协查账户。",
    "①协查人员下落；②协查车辆；③协查账户。",
    "一是协查人员下落；二是协查车辆；三是协查账户。",
    "（一）协查人员：1.下落；2.联系方式；（二）协查财产：①车辆；②账户；（三）其他协查。",
]


@pytest.mark.parametrize("listed", LISTS)
def test_items_are_units_on_whatever_lines_they_stand(listed: str) -> None:
    stops = [place + 1 for place, char in enumerate(listed) if char in "；，：" and place + 1 < len(listed)]
    texts = []
    for chosen in range(2 ** (len(stops) + 1)):
        text = "\n" if chosen & 1 else ""
        for place, char in enumerate(listed):
            breaks = place in stops and chosen >> (stops.index(place) + 1) & 1
            text += ("\n" if breaks else "") + char
        texts.append(f"办法\n第一条 协助事项包括：{text}\n前款事项不收费用。\n第二条 民政部门应当及时答复。")
    assert all(same(text, texts[0]) for text in texts), listed
    items = 7 if "其他" in listed else 3
    assert len(cut(texts[0]).units) == 4 + items


def test_items_that_are_cited_are_not_items() -> None:
    found = cut("办法\n第一条 下列事项：\n（一）甲；（二）项以外的乙。\n第二条 丙。")
    assert ids(found) == ["title", "1", "1.1", "2"]


@pytest.mark.parametrize(
    ("before", "number", "rest"),
    [
        ("由区法院依照本办法", "第八条", "第二款处理，并通报其上级。"),
        ("由区法院依照本办法", "第八条", "第（二）项处理。"),
        ("由区法院依照本办法", "第八条", "处理，并通报。"),
        ("由区法院依照本办法", "第八条", "规定处理。"),
        ("由区法院依照本办法", "第八条", "，第十条处理。"),
        ("由区法院依照本办法第七条、", "第八条", "处理。"),
        ("由区法院按照", "第八条", "的规定处理。"),
        ("根据本办法", "第九条", "处理，再行通报。"),
        ("根据《某规定》", "第九条", "处理。"),
        ("由区法院依照本办法第", "八条", "处理。"),
        ("由区法院依照前款第", "（二）", "项处理。"),
        ("不超过", "1.5", "个工作日。"),
        ("送交第", "一、二", "审法院。"),
        ("送交", "一、二", "类案件承办人。"),
    ],
)
def test_a_wrapped_citation_or_quantity_is_prose(before: str, number: str, rest: str) -> None:
    start = f"第七条 协助执行单位无正当理由拒不办理的，{before}"
    end = "第八条 区法院建立台账。\n区法院可以通报。\n第九条 本办法自印发之日起施行。"
    text = f"办法\n{start}\n{number}{rest}\n{end}"
    assert ids(cut(text)) == ["title", "7", "8", "8.p2", "9"]
    assert same(text, f"办法\n{start}{number}{rest}\n{end}")


def test_a_short_sentence_may_cite_too() -> None:
    text = "办法\n第七条 区法院根据本办法\n第九条建立台账。\n第八条 甲。\n第九条 乙。"
    assert [unit.id for unit in cut(text).units] == ["title", "7", "8", "9"]


def test_a_guess_about_a_number_is_said_and_a_certainty_is_not() -> None:
    text = "办法\n第一条 拒不办理的，由区法院依照本办法\n第二条{}\n第二条 区法院建立台账。"
    assert guesses(cut(text.format("第二款处理。"))) == []
    assert guesses(cut(text.format("处理。"))) == [("number_in_prose", 3)]
    unended = cut("办法\n第一条 查扣车辆的，应当告知区法院\n第二条 区法院建立台账。\n第三条 丙。")
    assert ids(unended) == ["title", "1", "2", "3"]
    assert guesses(unended) == [("number_of_clause", 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "1 总则\n1.1 目的。\n1.2 各单位应当值班。\n{}\n1.3 民政部门应当及时答复。",
            ["1", "1.1", "1.2", "1.2.p2", "1.3"],
            id="dotted",
        ),
        pytest.param(
            "第一条 目的。\n第二条 各单位应当值班。\n{}\n第三条 答复。",
            ["1", "2", "2.p2", "3"],
            id="articles",
        ),
        pytest.param("一、目的。\n（一）值班。\n{}\n（二）答复。", ["1", "1.1", "1.1.p2", "1.2"], id="lists"),
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "3.15专项行动期间，应当值班。",
        "12.4国家宪法日应当值班。",
        "5.1期间，应当值班。",
        "1.5万元以上的上报。",
    ],
)
def test_a_decimal_that_no_number_leads_to_is_a_name(text: str, expected: list[str], name: str) -> None:
    document = cut("办法\n" + text.format(name))
    assert ids(document) == ["title", *expected]
    assert {note.code for note in document.notes} <= {"number_in_prose"}
    if not name.startswith("1.5"):
        assert document.notes != ()


def test_a_dotted_number_that_skips_one_is_still_a_section() -> None:
    assert ids(cut("1 总则\n1.1 甲。\n1.2 乙。\n1.4 丙。\n1.5 丁。")) == ["1", "1.1", "1.2", "1.4", "1.5"]
    assert ids(cut("2 甲\n2.1 甲。\n2.2 乙。\n2.4 丙。")) == ["2", "2.1", "2.2", "2.4"]


@pytest.mark.parametrize("pair", ["一、二类案件由专人办理。", "一、二级单位分别办理。", "1、2号窗口办理。"])
def test_two_numerals_are_no_number(pair: str) -> None:
    assert ids(cut(f"办法\n第一条 应当报告。\n{pair}\n第二条 丙。")) == ["title", "1", "1.p2", "2"]


def test_a_heading_that_looks_like_two_numerals_is_one_where_the_list_needs_it() -> None:
    document = cut("方案\n一、总则\n甲。\n二、三项机制\n乙。\n三、附则\n丙。")
    assert (ids(document), document.notes) == (["title", "1", "2", "3"], ())


def test_what_stands_below_the_date_belongs_to_no_clause() -> None:
    document = cut(
        "办法\n第一条 甲。\n注：本条自明年起执行。\n第二条 乙。\n某区法院\n2024年2月20日\n（此件公开发布）\n"
        "注：1.印发至街道；\n2.街道转发社区。\n联系人：区法院执行局\n某区法院办公室 2024年2月20日印发"
    )
    assert ids(document) == [
        *("title", "1", "1.note", "2", "signature", "note", "note.dup2", "note.dup3", "imprint")
    ]
    assert document.units[6].text == "注：1.印发至街道；\n2.街道转发社区。"


def test_a_letter_that_numbers_follow_keeps_them() -> None:
    found = ids(
        cut("通知\n甲。\n某委\n2024年2月20日\n（此件公开发布）\n为了协作，制定本规程。\n一、乙。\n二、丙。")
    )
    assert found == ["title", "preamble", "signature", "note", "preamble.p2", "1", "2"]


WRAPPED = """
    第一条 各单位收到区法院的协助执行通知书以后应当立即登
    记，指定专人办理，并且在办结的当日书面反馈办理结果。
    没有办结的，说明原因和预计办结的日期，并在办结以后再
    行反馈；涉及商业秘密的，经办人应当保密。
    第二条 区法院收到反馈以后，应当核对被执行人的身份信息
    和财产线索，发现不一致的，告知反馈的单位。
    第三条 反馈的材料由执行局归入案卷，并抄送执行协作办公
    室备查；办公室每季度汇总一次。
    """


def test_a_sentence_end_at_a_full_line_is_said() -> None:
    document = cut(dedent(WRAPPED))
    assert ids(document) == ["1", "1.p2", "2", "3"]
    assert guesses(document) == [("full_line", 4)]
