"""LNK070 to LNK082: the contacts of bodies, and the lists that they come in. No text repeats a name or a
number."""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK070",
        zh="写了 submitted_by（由谁报送名单），没有写 submitted（报送名单的事件）",
        en="submitted_by says who hands in the list, and no event `submitted` says that it was",
        help_zh="补上 submitted，或删去 submitted_by。",
        help_en="Add submitted, or leave submitted_by out.",
    ),
    Entry(
        "LNK071",
        zh="本地区的文件没有这样的联系人种类或角色“{name}”",
        en="the district's document has no kind of contact, or post of one, “{name}”",
        help_zh="种类和角色以 ListContacts 的 roles（linkage contacts list --roles）列出的为准；"
        "有角色的种类要写明角色。",
        help_en="ListContacts (linkage contacts list --roles) lists kinds and posts; where a kind has "
        "posts, one is to be named.",
    ),
    Entry(
        "LNK072",
        zh="文件没有要求这个单位确定“{role}”",
        en="the document does not ask this body for a “{role}”",
        help_zh="换一个单位，或换一个联系人种类。",
        help_en="Name another body, or another kind of contact.",
    ),
    Entry(
        "LNK073",
        zh="这一角色在这段时间已经有人（联系人 {contact}）",
        en="somebody has this post at that time (contact {contact})",
        help_zh="接任的写明 replaces；确实是另一角色的改写角色；前任已离任的先登记离任。",
        help_en="Name who is replaced in replaces, give the other post, or first end the time of who was "
        "there.",
    ),
    Entry(
        "LNK074",
        zh="同一个人在这段时间已经是这里的联系人（{contact}）",
        en="the same person is a contact there at that time already ({contact})",
        help_zh="改电话等用 UpdateContact；换角色的先登记离任，再登记到任。",
        help_en="UpdateContact changes a number; for another post, end the one time in office and begin "
        "the other.",
    ),
    Entry(
        "LNK075",
        zh="任期的先后不对：止于起之前，或接替的不是同一单位、同一种类里先到任的人",
        en="the times in office do not fit: an end before its beginning, or a successor of somebody in "
        "another place "
        "or of a later time",
        help_zh="核对起止时间和 replaces。",
        help_en="Check the times, and replaces.",
    ),
    Entry(
        "LNK076",
        zh="这一项写得不对：{what}",
        en="this is not as it should be: {what}",
        help_zh="改正后再试。",
        help_en="Correct it and try again.",
    ),
    Entry(
        "LNK077",
        zh="没有这个联系人，或这个人的信息已经删除",
        en="there is no such contact, or the person was forgotten",
        help_zh="id 以 ListContacts 列出的为准；已删除的不能恢复，重新登记一个。",
        help_en="Ids are those of ListContacts; who was forgotten cannot be brought back: appoint "
        "somebody anew.",
    ),
    Entry(
        "LNK078",
        zh="读不出这个文件：它不是 .xlsx 工作簿，或者已经损坏、加了密码",
        en="the file cannot be read: it is no .xlsx book, or it is damaged or has a password",
        help_zh="在表格软件里打开，另存为“Excel 工作簿（.xlsx）”，不设密码。",
        help_en="Open it in a spreadsheet and save it as an Excel book (.xlsx) without a password.",
    ),
    Entry(
        "LNK079",
        zh="太多：{what} {count}，最多 {limit}",
        en="too many: {count} {what}, of {limit} at most",
        help_zh="删去名单以外的内容（空行也算），或分成几个文件。",
        help_en="Take out what is no part of the list (empty rows count), or make several files of it.",
    ),
    Entry(
        "LNK080",
        zh="没有找到名单的表头：至少要有这些列：{columns}",
        en="no list was found: a header has at least these columns: {columns}",
        help_zh="表头放在前20行，每列一格，不要合并；linkage contacts export 给出空白的名单。",
        help_en="The header stands among the first 20 rows, a cell for each column; linkage contacts "
        "export gives an empty list.",
    ),
    Entry(
        "LNK081",
        zh="{what}",
        en="{what}",
        help_zh="{how}",
        help_en="{how}",
    ),
    Entry(
        "LNK082",
        zh="本地区没有叫“{name}”的单位",
        en="the district has no unit called “{name}”",
        help_zh="写规则包里的名称；一类单位中的一个（街道、社区）把名称写在“具体单位”一列，“单位”写那一类。",
        help_en="Write the name that the pack gives; of one of many (a street) write the kind as the "
        "unit, and its name as the concrete unit.",
    ),
)
