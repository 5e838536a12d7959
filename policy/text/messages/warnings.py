"""LNK0xx, LNK85x and LNK86x: what an answer says of the facts that were sent and not used."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK010",
        zh="规则包列出的{body}中没有“{unit}”",
        en="“{unit}” is not among the units that the pack lists for {body}",
        help_zh="{meant}按 linkage packs 所列的名称填写；确有这一单位的，补进 bodies 的 units。",
        help_en="{meant}Use a name as `linkage packs` lists it; add the unit under bodies if there is one.",
        severity=_WARNING,
    ),
    Entry(
        "LNK011",
        zh="{fact}没有写明是哪一个单位实施的；各单位分别承担的义务，不因此算作履行",
        en="{fact} does not say which unit did it: it fulfils no duty that each unit bears for itself",
        help_zh="在 actor_unit 中写明单位。",
        help_en="Name the unit in actor_unit.",
        severity=_WARNING,
    ),
    Entry(
        "LNK012",
        zh="这一事实与“{rule}”所视为的不一致；视为的仍然成立",
        en="this says otherwise than what counts as a fact by “{rule}”, which stands",
        help_zh="文件没有让它推翻所视为的事实。检查事实和时间；文件另有规定的，用 yields_to 编写。",
        help_en="The document does not let it undo that. Check the fact; else encode it as yields_to.",
        severity=_WARNING,
    ),
    Entry(
        "LNK850",
        zh="同一事实有两种互相矛盾的说法；另一处是：{others}",
        en="one fact is told in two ways that contradict each other; the other place: {others}",
        help_zh="改正其中一处。系统照两处各自所写的判断，不替哪一处作主。",
        help_en="Correct one of them. Both are taken as they are written; neither is preferred.",
        severity=_WARNING,
    ),
    Entry(
        "LNK851",
        zh="这里没有说是谁的状态；可能是：{others}",
        en="this does not say whose state it is; it may be that of: {others}",
        help_zh="写在当事人的 statuses 里，或在事件中填写 party；没有写明的不作为任何人的状态。",
        help_en="State it in statuses of the party, or give party in the event; until then it is nobody's.",
        severity=_WARNING,
    ),
    Entry(
        "LNK852",
        zh="本地区没有一条规则用到{fact}（案件中有 {count} 处）",
        en="no rule of the district reads {fact} (places in the case: {count})",
        help_zh="检查代码或字段是否选错；如果没有错，这一事实对本地区的义务没有影响。",
        help_en="See whether another code or field was meant; if not, it has no bearing on the duties here.",
        severity=_WARNING,
    ),
    Entry(
        "LNK853",
        zh="本地区的规则包里没有{fact}（案件中有 {count} 处）",
        en="the district's pack does not know {fact} (places in the case: {count})",
        help_zh="本地区的单位登记在 pack.yaml 的 bodies；内设机构按其所属单位对待。",
        help_en="Its bodies are declared in pack.yaml under bodies; an organ counts as its body.",
        severity=_WARNING,
    ),
    Entry(
        "LNK854",
        zh="{fact}没有对应到案件中的任何一项义务",
        en="{fact} belongs to no obligation of the case",
        help_zh="检查 obligation、rule 或 about 所指的是否正确，以及产生义务的事实是否已经送来。",
        help_en="See what obligation, rule or about names, and whether the facts that bring the duty about "
        "were sent.",
        severity=_WARNING,
    ),
    Entry(
        "LNK855",
        zh="{fact}早于它所要履行的义务“{rule}”：该义务 {moment} 才产生",
        en="{fact} is earlier than the duty “{rule}” that it would end, which arose at {moment}",
        help_zh="检查时间。义务产生之前的行为不算履行。",
        help_en="Check the time. What was done before a duty arose does not fulfil it.",
        severity=_WARNING,
    ),
    Entry(
        "LNK856",
        zh="{fact}不是由能够履行的单位实施的，应为：{wanted}",
        en="{fact} was not done by a body that can fulfil the duty: {wanted}",
        help_zh="检查 actor；由别的单位代为实施的，用义务已履行事件（obligation_fulfilled）登记。",
        help_en="Check actor; where another body did it on their behalf, record obligation_fulfilled.",
        severity=_WARNING,
    ),
    Entry(
        "LNK857",
        zh="这一事实晚于所判断的时间（as_of），没有采用",
        en="this is later than the moment that was decided for (as_of), and was left out",
        help_zh="检查时间；要把它算进去，请用更晚的 as_of。",
        help_en="Check the time; give a later as_of to have it counted.",
        severity=_WARNING,
    ),
    Entry(
        "LNK858",
        zh="恢复之前没有中止",
        en="what is resumed here was not suspended",
        help_zh="检查中止的事件是否已经送来，以及两者的时间。",
        help_en="See whether the suspension was sent, and the times of both.",
        severity=_WARNING,
    ),
    Entry(
        "LNK859",
        zh="没有写明 as_of，按收到时的时间 {moment} 判断",
        en="as_of is not given: the moment of arrival, {moment}, was taken",
        help_zh="要得到可以重现的答复，请写明 as_of。",
        help_en="Give as_of for an answer that can be had again.",
        severity=_NOTE,
    ),
    Entry(
        "LNK860",
        zh="案件中没有足以产生义务的事实；对这类案件，本地区的规则还等待：{awaited}",
        en="no fact of the case brings a duty about; for such cases rules here wait for: {awaited}",
        help_zh="`linkage explain --all` 逐条说明规则为什么没有适用。",
        help_en="`linkage explain --all` says of each rule why it does not apply.",
        severity=_NOTE,
    ),
    Entry(
        "LNK861",
        zh="另有 {count} 条提示没有列出",
        en="{count} more are not listed",
        help_zh="先处理列出的各条。",
        help_en="See to those that are listed first.",
        severity=_NOTE,
    ),
    Entry(
        "LNK862",
        zh="这里只列出{bodies}承担或相对的义务",
        en="only what {bodies} bears or is owed is listed here",
        help_zh="调用者的权限限于这些单位；完整的答复由法院的系统取得。",
        help_en="The caller's rights are those of these bodies; the court's system gets the whole answer.",
        severity=_NOTE,
    ),
)
