"""LNK921 to LNK947: official documents, new packs, and the coverage of clauses."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK921",
        zh="{path} 是{kind}，不是文字",
        en="{path} is {kind}, not text",
        help_zh="在原来的软件里另存为纯文本（.txt，编码选 UTF-8）；扫描件先做文字识别，再与原件核对。",
        help_en="Save it as plain text (.txt, UTF-8) in the program it comes from; recognise the text of a "
        "scan first, and compare it with the original.",
    ),
    Entry(
        "LNK922",
        zh="看不出 {path} 的编码：第 {line} 行的字节 {byte} 既不是 UTF-8，也不像 GB18030",
        en="the encoding of {path} is not clear: byte {byte} in line {line} is not UTF-8 and hardly GB18030",
        help_zh="用原来的软件另存为纯文本，编码选 UTF-8。",
        help_en="Save it as plain text in UTF-8 with the program it comes from.",
    ),
    Entry(
        "LNK923",
        zh="{path} 不是 UTF-8，已按 {encoding} 读取",
        en="{path} is not UTF-8 and was read as {encoding}",
        help_zh="看一看下面的文字是否正常；不正常就另存为 UTF-8 再来。",
        help_en="See whether the text below is right; if not, save the file as UTF-8.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK924",
        zh="{path} 里没有文字",
        en="{path} holds no text",
        help_zh="检查文件是否选对。",
        help_en="Check that it is the right file.",
    ),
    Entry(
        "LNK925",
        zh="{path} 过长（{found}，上限 {limit}）",
        en="{path} is too long ({found}; the limit is {limit})",
        help_zh="一个规则包对应一份文件；汇编要拆开。",
        help_en="A pack is made of one document: take a collection apart.",
    ),
    Entry(
        "LNK926",
        zh="编号重复：{number}，后一处记为 {name}",
        en="the number {number} is printed twice in one place; the later clause is {name}",
        help_zh="对照原件：是原文如此，还是转成文字时出了错。",
        help_en="Compare the original: is it printed so, or did the conversion go wrong?",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK927",
        zh="编号不连续：{number} 之前缺号",
        en="the numbers before {number} leave one out",
        help_zh="对照原件：是原文如此，还是转成文字时丢了一段。",
        help_en="Compare the original: is it printed so, or did the conversion lose a paragraph?",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK928",
        zh="“{text}”{reading}",
        en="“{text}” {reading}",
        help_zh="对照原件：如果程序看错了，在文本里改好（删去页码，或把数字并回它的句子）再来。",
        help_en="Compare the original; where this is wrong, correct the text (take the page number out, or "
        "put the number back into its sentence).",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK929",
        zh="行首的“{text}”既像条款编号，又像句中的词语，看作{reading}",
        en="“{text}” at the start of a line may be a clause's number or words of a sentence, and was read as "
        "{reading}",
        help_zh="对照原件：如果程序看错了，把这一行与上一行接起来，或补上漏掉的句号、编号。",
        help_en="Compare the original; where this is wrong, join the line to the one before, or put in the "
        "full stop or the number that is missing.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK930",
        zh="上一行排满而句子正好结束，“{text}”看作另起一款",
        en="the line before is full and ends a sentence; “{text}” was read as a new paragraph",
        help_zh="对照原件：如果没有另起一款，把这一行与上一行接起来。",
        help_en="Compare the original; where the paragraph goes on, join the line to the one before.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK931",
        zh="{district} 有几个版本，没有说明接入哪一个",
        en="{district} has several versions, and nothing says which one the document is",
        help_zh="用 --version 指明：{allowed}。",
        help_en="Name it with --version: {allowed}.",
    ),
    Entry(
        "LNK932",
        zh="{district} 没有版本“{name}”",
        en="{district} has no version “{name}”",
        help_zh="现有版本：{allowed}。",
        help_en="Its versions are: {allowed}.",
    ),
    Entry(
        "LNK933",
        zh="{path} 没有一个条款与 {district} {version} 的条款登记相同",
        en="not one clause of {path} is as in the register of {district} {version}",
        help_zh="大概是另一份文件；用 linkage source import 看一看它有哪些条款。",
        help_en="It is probably another document; linkage source import shows its clauses.",
    ),
    Entry(
        "LNK934",
        zh="{path} 与条款登记不一致，没有接入",
        en="{path} differs from the register of clauses and was not attached",
        help_zh="先改条款登记和所列规则；确要带着差异接入，加 --accept-stale，有差异的条款不会被引用原文。",
        help_en="Bring the register and the rules listed up to date. --accept-stale attaches it as it is; "
        "clauses that differ are never quoted.",
    ),
    Entry(
        "LNK935",
        zh="已带着差异接入：有差异的条款不引用原文",
        en="attached as it is: clauses that differ are not quoted",
        help_zh="改好条款登记和所列规则后，再运行一次 linkage coverage。",
        help_en="Bring the register and the rules listed up to date, then run linkage coverage.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK936",
        zh="接入的原文不能用：{reason}",
        en="the attached document cannot be used: {reason}",
        help_zh="用 linkage source attach 重新接入；在此之前不引用原文，判断不受影响。",
        help_en="Attach it again with linkage source attach; until then it is not quoted. Decisions do not "
        "depend on it.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK941",
        zh="{path} 已经存在，不会覆盖",
        en="{path} exists already, and nothing is overwritten",
        help_zh="换一个地区代码；同一地区的新版本用 --version 指明版本，会另建文件夹。",
        help_en="Choose another code; a new version of the district gets a folder of its own with --version.",
    ),
    Entry(
        "LNK942",
        zh="“{value}”不能作地区代码或文件夹名",
        en="“{value}” cannot be the code of a district or the name of a folder",
        help_zh="代码由小写字母、数字和下划线组成，以字母开头，不能是 calendar 或 tests；"
        "版本由字母、数字、点和连字符组成。",
        help_en="A code is lower-case letters, digits and underscores, begins with a letter, and is neither "
        "calendar nor tests; a version is letters, digits, dots and hyphens.",
    ),
    Entry(
        "LNK943",
        zh="词汇表不能自动修改",
        en="the vocabulary cannot be edited automatically",
        help_zh="先改正 vocabulary.yaml 的错误，或自己在 districts 下写一行：{line}",
        help_en="Correct the faults of vocabulary.yaml first, or add this line under districts yourself: "
        "{line}",
    ),
    Entry(
        "LNK944",
        zh="{district} {version}：{found}% 的操作性条款有着落，低于要求的 {wanted}%",
        en="{district} {version}: {found} % of the operative clauses are accounted for, below the {wanted} % "
        "asked for",
        help_zh="为标出的条款编写规则和测试，或在 no_rule 中说明原因；原文变了的，先改条款登记和规则。",
        help_en="Write rules and tests for the clauses marked, or say in no_rule why not; where the document "
        "changed, bring the register and the rules up to date.",
    ),
    Entry(
        "LNK610",
        zh="{district} {version}：测试只到了考核的 {found}%，低于要求的 {wanted}%",
        en="{district} {version}: tests reach {found} % of the assessments, below the {wanted} % asked for",
        help_zh="给列出的指标、计分项目、等次、后果和步骤写测试（测试文件的 assessments 和 tests），"
        "期望里写出它们。",
        help_en="Write tests for the figures, items, grades, consequences and steps listed (assessments and "
        "tests in a test file) that expect them.",
    ),
)
