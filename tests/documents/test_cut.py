"""Small invented documents, each with numbering habits of its own."""

from textwrap import dedent

import pytest

from policy.documents.cut import LONGEST_DOCUMENT, DocumentError, Note, cut


def units(text: str) -> list[tuple[str, str]]:
    return [(unit.id, unit.text) for unit in cut(dedent(text)).units]


def ids(text: str) -> list[str]:
    return [id_ for id_, _ in units(text)]


def test_headings_hold_their_first_paragraph_and_the_next_is_p2() -> None:
    assert units(
        """
        # 某区协作方案
        为加强协作，制定本方案。
        各单位照此办理。
        ## 一、工作原则
        （一）依法原则。依法办理；
        （二）高效原则。从速办理。
        ## 二、职责分工
        ### （一）公安分局
        1、协助查询
        根据函件查询。
        查询结果应当保密。
        2、协助查找，并及时反馈。
        反馈应当书面作出。
        ### （二）民政局
        协助查询婚姻登记。
        """
    ) == [
        ("title", "某区协作方案"),
        ("preamble", "为加强协作，制定本方案。"),
        ("preamble.p2", "各单位照此办理。"),
        ("1", "一、工作原则"),
        ("1.1", "（一）依法原则。依法办理；"),
        ("1.2", "（二）高效原则。从速办理。"),
        ("2", "二、职责分工"),
        ("2.1", "（一）公安分局"),
        ("2.1.1", "1、协助查询\n根据函件查询。"),
        ("2.1.1.p2", "查询结果应当保密。"),
        ("2.1.2", "2、协助查找，并及时反馈。"),
        ("2.1.2.p2", "反馈应当书面作出。"),
        ("2.2", "（二）民政局\n协助查询婚姻登记。"),
    ]


def test_citations_and_headings_follow_the_print() -> None:
    document = cut(
        "二、职责\n（七）公安分局\n2、查找\n有下列情形的：（1）潜逃的；（3）不算；（2）下落不明的。\n应当反馈。"
    )
    assert [(unit.id, unit.number, unit.path) for unit in document.units] == [
        ("2", "二", ()),
        ("2.7", "二（七）", ("二、职责",)),
        ("2.7.2", "二（七）2", ("二、职责", "（七）公安分局")),
        ("2.7.2.1", "二（七）2（1）", ("二、职责", "（七）公安分局", "2、查找")),
        ("2.7.2.2", "二（七）2（2）", ("二、职责", "（七）公安分局", "2、查找")),
        ("2.7.2.p2", "二（七）2第二款", ("二、职责", "（七）公安分局", "2、查找")),
    ]
    assert [(unit.first_line, unit.last_line) for unit in document.units[2:]] == [
        (3, 4),
        (4, 4),
        (4, 4),
        (5, 5),
    ]


def test_articles_run_through_the_chapters() -> None:
    assert units(
        """
        第一章 总则
        第一条 为规范协作，制定本办法。
        第二章 协作
        第一节 查询
        第二条 本办法所称协作，包括：
        （一）查询；
        （二）扣划：
        1.银行存款；
        2.其他款项。
        （三）其他协作。
        前款所称扣划，应当有裁定书。
        第二条之一 单位应当反馈：
        一、书面反馈；
        二、当日反馈。
        第三条 自公布之日起施行。
        """
    ) == [
        ("chapter1", "第一章 总则"),
        ("1", "第一条 为规范协作，制定本办法。"),
        ("chapter2", "第二章 协作"),
        ("chapter2.section1", "第一节 查询"),
        ("2", "第二条 本办法所称协作，包括："),
        ("2.1", "（一）查询；"),
        ("2.2", "（二）扣划："),
        ("2.2.1", "1.银行存款；"),
        ("2.2.2", "2.其他款项。"),
        ("2.3", "（三）其他协作。"),
        ("2.p2", "前款所称扣划，应当有裁定书。"),
        ("2bis1", "第二条之一 单位应当反馈："),
        ("2bis1.1", "一、书面反馈；"),
        ("2bis1.2", "二、当日反馈。"),
        ("3", "第三条 自公布之日起施行。"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "第一章 甲\n第一条 甲。\n第二章 乙\n第一条 乙。",
            ["1", "1.1", "2", "2.1"],
            id="articles that begin again in each chapter",
        ),
        pytest.param(
            "第一章 甲\n一、甲。\n第二章 乙\n一、乙。\n（一）丙。",
            ["1", "1.1", "2", "2.1", "2.1.1"],
            id="chapters without articles",
        ),
        pytest.param(
            "一、总则\n第一条 甲。\n二、分则\n第二条 乙。",
            ["part1", "1", "part2", "2"],
            id="numbered headings above running articles",
        ),
        pytest.param(
            "（一）甲\n一、甲。\n1）甲；\n2）乙。\n二、乙。\n（二）乙\n① 甲\n② 乙",
            ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1", "2.2"],
            id="brackets above plain numbers",
        ),
        pytest.param(
            "1 总则\n1.1 目的\n为统一做法。\n1.1.1 甲。\n1.1.2 乙。\n1.2 范围\n2 要求\n2.1 反馈\n3 附则",
            ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1", "3"],
            id="decimal numbers under bare ones",
        ),
        pytest.param(
            "三、甲\n3.1 甲。\n3.2 乙。\n四、乙\n4.1 甲。",
            ["3", "3.1", "3.2", "4", "4.1"],
            id="decimal numbers under Chinese ones",
        ),
        pytest.param(
            "1.1 甲。\n1.2 乙。\n2.1 丙。\n其他。",
            ["1.1", "1.2", "2.1", "2.1.p2"],
            id="decimal numbers under nothing",
        ),
        pytest.param(
            "2 协作\n2.1 注明：\n① 甲；\n② 乙。\n2.2 丙。\n2.3 丁：\n① 戊；\n② 己。\n3 附则\n3.1 庚。",
            ["2", "2.1", "2.1.1", "2.1.2", "2.2", "2.3", "2.3.1", "2.3.2", "3", "3.1"],
            id="decimal numbers after the items of a sentence",
        ),
        pytest.param(
            "第一编 甲\n第一章 甲\n第一条 甲。\n第二编 乙\n第二章 乙\n第二条 乙。",
            ["part1", "part1.chapter1", "1", "part2", "part2.chapter2", "2"],
            id="parts that hold chapters",
        ),
        pytest.param(
            "一、甲，包括：\n（一）甲。\n乙，包括：\n（一）丙；\n（二）丁。",
            ["1", "1.1", "1.1.p2", "1.1.p2.1", "1.1.p2.2"],
            id="a list introduced by an unnumbered paragraph",
        ),
        pytest.param(
            "壹、总则\n一、甲。\n二、乙。\n贰、分则\n一、丙。\n拾贰、附则",
            ["1", "1.1", "1.2", "2", "2.1", "12"],
            id="formal numerals above plain ones",
        ),
        pytest.param("一是甲。\n二是乙。\n其他。", ["1", "2", "2.p2"], id="first, second"),
        pytest.param("1、甲。\n2．乙。\n3. 丙。", ["1", "2", "3"], id="one list, three marks"),
        pytest.param("甲乙。\n丙丁。", ["p1", "p2"], id="no numbers at all"),
    ],
)
def test_ids_of_a_habit(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_lists_inside_a_paragraph_nest_and_citations_are_left_alone() -> None:
    assert units(
        """
        第一条 应当：（1）出示证件；（2）送达文书：①裁定书；②通知书。依照第四条（一）、（二）项办理。
        第二条 分两步：1.查询；2.反馈。
        第三条 方式：一是书面；二是口头。
        """
    ) == [
        ("1", "第一条 应当："),
        ("1.1", "（1）出示证件；"),
        ("1.2", "（2）送达文书："),
        ("1.2.1", "①裁定书；"),
        ("1.2.2", "②通知书。依照第四条（一）、（二）项办理。"),
        ("2", "第二条 分两步："),
        ("2.1", "1.查询；"),
        ("2.2", "2.反馈。"),
        ("3", "第三条 方式："),
        ("3.1", "一是书面；"),
        ("3.2", "二是口头。"),
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "一、为保证机制有效运行，积极参与建设和使用网络查控系统，实现与联动成\n\n员单位业务信息系统，对接共享，逐步实现网络化。",
            "成员单位",
        ),
        ("一、甲乙丙，定期通报、\n\n二、三季度分别公示，并报送上级单位备案。", "、二、三季度"),
        (
            "第三条 本办法自二〇二〇年起施行，具体问题依照《某办法》第三条第\n（一）项办理。",
            "第三条第（一）项",
        ),
        (
            "一、各单位在收到人民法院送达的协助执行通知书以后，应当在\n1.5个工作日内反馈，逾期的予以通报批评。",
            "在1.5个",
        ),
        ("二、交警查扣车辆的，应当在２个工作日\n\n— 1 —\n\n内书面告知法院。", "２个工作日内书面"),
        ("（一）交警查扣被执行车辆以后必须立即书面告知本区\n\n法院。", "告知本区法院。"),
        ("（一）各单位应当\n\n协助执行。", "应当协助"),
        ("一、各单位收到人民法院的通知以后，应当登录 Open\nGov 平台办理查询业务。", "Open Gov"),
    ],
)
def test_a_sentence_that_a_page_broke_is_whole(text: str, whole: str) -> None:
    (unit,) = cut(text).units
    assert whole in unit.text


def test_hard_wrapped_text_is_unwrapped() -> None:
    assert ids(
        """
        某市人民法院关于执行协作机制若干问题的实施意见
        为了进一步规范协作工作提高协作效率维护当事人合
        法权益，结合本市实际，制定本意见，请各单位认真贯
        彻执行。
        第一条 各协作单位应当确定专门机构负责协作工作的
        日常联络，并将名单报送市人民法院备案，名单有变动
        的应当在三日内报告。
        第二条 人民法院依法向协作单位送达协助执行通知书
        的，协作单位应当在收到之日起五日内书面反馈结果。
        """
    ) == ["title", "preamble", "1", "2"]


def test_quantities_at_the_start_of_an_item_are_not_numbers() -> None:
    assert units("1. 24小时内反馈。\n2. 1.5万元以上的优先。\n3. 2017年以来的补报。") == [
        ("1", "1. 24小时内反馈。"),
        ("2", "2. 1.5万元以上的优先。"),
        ("3", "3. 2017年以来的补报。"),
    ]


COVERED = """
    某区委员会文件
    某委〔2020〕1号
    关于印发《某区协作办法》的通知
    各街道、各部门：
    现将《某区协作办法》印发给你们。
    请于3月底前报送名单。
    {list}某区委员会
    2020年2月1日
    {label}某区协作办法
    第一条 应当协作。
    附件2
    联系人名单
    单位\t姓名
    注：每单位报一人。
    某区委员会办公室 2020年2月2日印发
    """


@pytest.mark.parametrize(
    ("listed", "label"),
    [
        ("附件：1. 某区协作办法\n    2. 联系人名单\n    ", "附件 1：\n    "),
        ("附件：\n    - 1、某区协作办法；\n    - 2、联系人名单。\n    ", "附件一\n    "),
    ],
)
def test_an_annexed_instrument_is_the_body_of_its_covering_letter(listed: str, label: str) -> None:
    assert ids(COVERED.format(list=listed, label=label)) == [
        "cover.title",
        "cover.addressees",
        "cover.1",
        "cover.2",
        "cover.attachments",
        "cover.signature",
        "title",
        "1",
        "annex2",
        "annex2.note",
        "imprint",
    ]


def test_an_instrument_may_follow_its_letter_without_an_annex_label() -> None:
    found = ids(COVERED.format(list="", label=""))
    assert found[:7] == [
        "cover.title",
        "cover.addressees",
        "cover.1",
        "cover.2",
        "cover.signature",
        "title",
        "1",
    ]


def test_a_notice_that_issues_nothing_is_its_own_body() -> None:
    assert ids(
        """
        关于做好协作工作的通知
        各单位：
        现将有关事项通知如下：
        一、提高认识，加强领导
        各单位要高度重视。
        二、按月报送。
        附件：情况表
        某委员会
        二〇二〇年二月一日
        附件
        情况表
        一、甲
        二、乙
        """
    ) == [
        "title",
        "addressees",
        "preamble",
        "1",
        "2",
        "attachments",
        "signature",
        "annex1",
        "annex1.1",
        "annex1.2",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "关于印发某区协作办法的通知\n各单位：\n请执行。\n某区协作\n办法\n第一条 甲。",
            ["cover.title", "cover.addressees", "cover.1", "title", "1"],
            id="a title on two lines, and a name without marks",
        ),
        pytest.param(
            "某委员会文件\n各单位：\n请执行。\n某委员会\n2020年2月1日\n协作规程\n一、甲。",
            ["cover.title", "cover.addressees", "cover.1", "cover.signature", "title", "1"],
            id="a signed letter without a title",
        ),
        pytest.param(
            "关于印发《某办法》的通知\n各单位：\n现通知如下：\n一、执行。\n二、报告。\n某办法\n第一条 甲。",
            ["cover.title", "cover.addressees", "cover.preamble", "cover.1", "cover.2", "title", "1"],
            id="a letter with numbers of its own",
        ),
        pytest.param(
            "附件1\n协作规程\n（2020年2月1日会议通过，2021年修正）\n一、甲。",
            ["title", "1"],
            id="an annex alone",
        ),
        pytest.param(
            "一、甲，见附件。\n附件2所列单位应当报告。\n附件：表\n附件1\n表\n"
            "第一章 甲\n第一条 乙。\n某委\n2020年2月1日",
            ["1", "1.p2", "attachments", "annex1", "annex1.chapter1", "annex1.1", "annex1.signature"],
            id="chapters and a signature inside an annex",
        ),
        pytest.param(
            "一、甲。\n附件：\n1、表一\n2、表二", ["1", "attachments"], id="a list of annexes at the end"
        ),
        pytest.param("一、甲。\n附件：表", ["1", "attachments"], id="one annex named at the end"),
    ],
)
def test_ids_of_a_form(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_a_second_list_inside_a_paragraph_begins_anew() -> None:
    assert ids("一、甲：（1）乙；（2）丙。丁：（1）戊；（2）己。") == ["1", "1.1", "1.2", "1.2.1", "1.2.2"]


def test_the_hundredth_paragraph_is_cited_in_digits() -> None:
    document = cut("一、甲。\n" + "乙。\n" * 110)
    assert [unit.number for unit in document.units][18:21] == ["一第十九款", "一第二十款", "一第二十一款"]
    assert (document.units[-1].id, document.units[-1].number) == ("1.p111", "一第111款")


def test_a_table_of_contents_is_one_unit() -> None:
    assert ids(
        "某办法\n目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    ) == [
        "title",
        "toc",
        "chapter1",
        "1",
        "chapter2",
        "2",
    ]


def test_a_number_printed_twice_and_a_number_left_out_are_reported() -> None:
    document = cut("一、甲。\n（一）丙。\n一、乙。\n（一）丁。\n四、戊。")
    assert [unit.id for unit in document.units] == ["1", "1.1", "1.dup2", "1.dup2.1", "4"]
    assert document.notes == (Note("duplicate_number", "1.dup2", 3), Note("skipped_number", "4", 5))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), (" \n　\n---\n- 3 -\n", "empty"), ("甲" * (LONGEST_DOCUMENT + 1), "too_long")],
)
def test_a_text_that_cannot_be_cut_says_why(text: str, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        cut(text)
    assert caught.value.reason == reason


def test_digests_stand_by_id_in_printed_order() -> None:
    document = cut("二、乙。\n（一）丙。")
    assert list(document.digests().items()) == [(unit.id, unit.digest) for unit in document.units]


TABLE = """
某区办法
一、总则
各单位照附件1办理。
附件1
联动事项清单
序号|单位|事项|时限
|---|---|---|---|
1|区民政局|查询婚姻登记|2个工作日
2|区税务局|查询纳税信息|3个工作日
||提供欠税公告|同上
3|区住建局|查询房产|即时
各单位可以补充。
附件2
回执
单位|姓名
1|甲
"""


def test_a_row_of_a_numbered_table_in_an_annex_is_a_clause_of_its_own() -> None:
    assert units(TABLE)[2:] == [
        ("annex1", "附件1\n联动事项清单\n序号\t单位\t事项\t时限"),
        ("annex1.r1", "1\t区民政局\t查询婚姻登记\t2个工作日"),
        ("annex1.r2", "2\t区税务局\t查询纳税信息\t3个工作日\n提供欠税公告\t同上"),
        ("annex1.r3", "3\t区住建局\t查询房产\t即时"),
        ("annex1.p2", "各单位可以补充。"),
        ("annex2", "附件2\n回执\n单位\t姓名\n1\t甲"),  # one row is no list
    ]
    row = cut(TABLE).units[5]
    assert (row.number, row.path, row.first_line) == ("附件1第3行", ("附件1 联动事项清单",), 12)


def test_rows_are_the_same_whether_tabs_or_pipes_divide_them_and_only_in_an_annex() -> None:
    assert cut(TABLE).digests() == cut(TABLE.replace("|---|---|---|---|\n", "").replace("|", "\t")).digests()
    assert not any(".r" in id_ for id_ in ids(TABLE.replace("附件", "另表")))
