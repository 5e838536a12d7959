"""LNK5xx: rules, clauses and parameters that do not agree with each other."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK501",
        zh="有多个义务主体，却没有说明怎样承担",
        en="there is more than one bearer, and nothing says how they bear it",
        help_zh="加上 bearing: joint（共同承担）或 bearing: several（各自承担）。",
        help_en="Add bearing: joint (together) or bearing: several (each of them).",
    ),
    Entry(
        "LNK502",
        zh="只有一个义务主体，bearing 没有意义",
        en="bearing means nothing where there is one bearer",
        help_zh="删去 bearing，或写上其余义务主体。",
        help_en="Delete bearing, or list the other bearers.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK503",
        zh="{what}没有说明依据",
        en="{what} does not say where it comes from",
        help_zh="写 basis: [条款 id]，或 provenance: local（本地自定）。",
        help_en="Write basis: [clause ids], or provenance: local.",
    ),
    Entry(
        "LNK504",
        zh="{what}同时写了 basis 和 provenance",
        en="{what} has both basis and provenance",
        help_zh="出自条款的写 basis，本地自定的写 provenance: local，只写一个。",
        help_en="Give basis for what a clause says, or provenance: local for what the district fixed.",
    ),
    Entry(
        "LNK505",
        zh="条款 {name}（{number}）没有规则引用，也没有说明原因",
        en="no rule cites clause {name} ({number}), and nothing says why",
        help_zh="为它编写规则，或在 no_rule 中用一句话说明为什么不能成为规则。",
        help_en="Write a rule for it, or say in no_rule in one line why it cannot be one.",
    ),
    Entry(
        "LNK506",
        zh="条款 {name} 说明了没有规则，规则 {rule} 却以它为依据",
        en="clause {name} says why it has no rule, and yet rule {rule} rests on it",
        help_zh="删去 no_rule，或改正规则的 basis。",
        help_en="Delete no_rule, or correct the rule's basis.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK507",
        zh="失效日 {end} 早于生效日 {start}",
        en="the last day {end} is before the first day {start}",
        help_zh="effective.to 是最后一个有效日，不得早于 effective.from。",
        help_en="effective.to is the last day in force, and not before effective.from.",
    ),
    Entry(
        "LNK508",
        zh="报道性规则包的规则效力只能是 reported，这里写的是 {force}",
        en="a rule of a reported pack has force reported, not {force}",
        help_zh="删去 force：新闻报道对谁都没有约束力。",
        help_en="Delete force: a press report binds no one.",
    ),
    Entry(
        "LNK509",
        zh="禁止性规则写了期限",
        en="a prohibition has a deadline",
        help_zh="禁止没有履行期限；如果是“在……之前应当”，改为 obligation。",
        help_en="A prohibition is not done by a time; for “must … before” write an obligation.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK510",
        zh="参数“{name}”没有用到",
        en="the parameter “{name}” is not used",
        help_zh="在表达式里写 param.{name}，或在期限里写 {{param: {name}}}；不用就删去。",
        help_en="Use it as param.{name}, or in a deadline as {{param: {name}}}; else delete it.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK511",
        zh="定义“{name}”没有用到",
        en="the term “{name}” is not used",
        help_zh="在条件里写 {name}(…)；不用就删去。",
        help_en="Use it in a condition as {name}(…); else delete it.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK512",
        zh="期限“{name}”没有用到",
        en="the deadline “{name}” is not used",
        help_zh="在规则里写 deadline: {name}；不用就删去。",
        help_en="Use it in a rule as deadline: {name}; else delete it.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK513",
        zh="规则 {rule} 与 {other} 的触发、条件、主体和行为都相同",
        en="rule {rule} has the trigger, conditions, bearer and action of {other}",
        help_zh="合并为一条，basis 写上两处条款。",
        help_en="Make one rule of them, with both clauses as its basis.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK514",
        zh="规则 {rule}（{modality}）与 {other}（{other_modality}）条件相同而性质相反",
        en="rule {rule} ({modality}) contradicts {other} ({other_modality}) under the same conditions",
        help_zh="说明哪条优先：在优先的规则里写 overrides，或补上区分两者的条件。",
        help_en="Say which one prevails with overrides, or add the condition that tells them apart.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK515",
        zh="参数“{name}”的类型是 {type}，期限需要 period",
        en="the parameter “{name}” is of type {type}; a deadline needs a period",
        help_zh="换一个参数，或改正它的 type。",
        help_en="Use another parameter, or correct its type.",
    ),
    Entry(
        "LNK516",
        zh="条款 {name}（{number}）还没有归类",
        en="clause {name} ({number}) is still to be classified",
        help_zh="对照原文，把 class 改为：duty 义务、prohibition 禁止、permission 许可、definition 定义、"
        "deadline 期限、procedure 程序、assessment 考核、sanction 责任、organisational 组织、recurring 定期、"
        "non_normative 说明（标题、落款、目的等）；再用自己的话写 summary。",
        help_en="Read the clause and make its class one of: duty, prohibition, permission, definition, "
        "deadline, procedure, assessment, sanction, organisational, recurring, non_normative (titles, "
        "signatures, purposes); then write its summary in your own words.",
    ),
    Entry(
        "LNK517",
        zh="each 有 {count} 个变量，最多 {limit} 个",
        en="each has {count} variables; {limit} are the most",
        help_zh="每多一个变量，要试的组合就成倍增加；用 party(id) 等按编号取出相关的一项。",
        help_en="Each variable multiplies the combinations; look an element up with party(id) and the like.",
    ),
    Entry(
        "LNK518",
        zh="each 中只能有一个变量取自 breaches",
        en="only one variable of each may run over breaches",
        help_zh="违反义务是一项一项逐轮推出来的，两项之间没有先后可言；拆成两条规则。",
        help_en="Breaches are derived one by one, in rounds; write two rules.",
    ),
    Entry(
        "LNK519",
        zh="any 下只有一个条件",
        en="there is only one condition under any",
        help_zh="any 是“任一即可”，至少写两个；只有一个就直接写成条件。",
        help_en="any is for alternatives: give two or more, or write the condition itself.",
    ),
    Entry(
        "LNK520",
        zh="没有说清等待的是什么：{found}",
        en="what the matcher waits for is not clear: {found}",
        help_zh="{allowed} 之中写且只写一个。",
        help_en="Write exactly one of {allowed}.",
    ),
    Entry(
        "LNK521",
        zh="{key} 不能与 {kind} 同用",
        en="{key} cannot stand beside {kind}",
        help_zh="与 {kind} 同用的：{allowed}。",
        help_en="Beside {kind} there may be: {allowed}.",
    ),
    Entry(
        "LNK522",
        zh="“{name}”不是当事人的状态，没有终了可等",
        en="“{name}” is not a state of a party: it has no end to wait for",
        help_zh="end_of 写 each 中取自 statuses 的变量，例如 each: {{debtor: case.parties, "
        "listing: debtor.statuses}}。",
        help_en="end_of takes a variable over statuses, as in each: {{debtor: case.parties, "
        "listing: debtor.statuses}}.",
    ),
    Entry(
        "LNK523",
        zh="没有写明对谁负有义务（counterparty）",
        en="nothing says to whom it is owed (counterparty)",
        help_zh="写上条款所说的相对方；确实不对任何单位或个人负有的，写 counterparty: none，"
        "并在 note 中说明。",
        help_en="Name whom the clause names; where it is truly owed to nobody, write counterparty: none "
        "and say why in note.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK524",
        zh="counterparty: none 没有说明理由",
        en="counterparty: none does not say why",
        help_zh="在 note 中用一句话说明为什么没有相对方。",
        help_en="Say in note in one line why there is no counterparty.",
    ),
    Entry(
        "LNK525",
        zh="“{name}”这一类中没有{section}",
        en="the family “{name}” has none of the {section}",
        help_zh="other_of 只能用于比较事项代码的列（例如 {{expr: request.matter}}）；"
        "事项的类别在 vocabulary.yaml 的 families 中登记，由事项自己写明属于哪些类别。",
        help_en="other_of belongs into a column that is compared with matters ({{expr: request.matter}}); "
        "families stand in vocabulary.yaml, and each matter names its own.",
    ),
    Entry(
        "LNK526",
        zh="“{name}”这一类的每个代码都已有自己的行，没有“其他”",
        en="every code of the family “{name}” has a row of its own: there are no others",
        help_zh="删去这一行，或改为另一类。",
        help_en="Delete the row, or name another family.",
    ),
    Entry(
        "LNK527",
        zh="“{name}”没有 id，行为指不到它",
        en="“{name}” has no id that an act could name",
        help_zh="状态和关系写它所属的当事人，例如 party: debtor；等状态终了，写 end_of。",
        help_en="Name the party that holds the state or relation, as party: debtor; for the end of a "
        "state there is end_of.",
    ),
    Entry(
        "LNK528",
        zh="只有报道性规则包（authority: reported）才写 reported",
        en="reported is for packs of authority: reported alone",
        help_zh="有约束力的文件写生效日：from。",
        help_en="A binding document has a first day in force: from.",
    ),
    Entry(
        "LNK529",
        zh="from 与 reported 要写且只写一个",
        en="exactly one of from and reported is needed",
        help_zh="文件写生效日 from；新闻报道没有生效日，写报道的日期 reported。",
        help_en="A document has a first day in force, from; a press report has none, only the day of the "
        "report, reported.",
    ),
    Entry(
        "LNK530",
        zh="“{name}”的义务计入哪个被考核单位，没有说清",
        en="nothing says for which of the subjects the duties of “{name}” count",
        help_zh="bearers 中有 subjects 以外的单位时，subjects 只写一个单位，它们的义务都计入这个单位；"
        "被考核单位的内设机构不必写。",
        help_en="With bearers that are neither a subject nor an organ of one there must be exactly one "
        "subject, for whom they count; the organs of a subject need not be named.",
    ),
    Entry(
        "LNK531",
        zh="{key} 要写当事人或财产中的变量，“{name}”取自 {found}",
        en="{key} names an element of another list: “{name}” is taken from {found}",
        help_zh="改为：{allowed}；行为所答复的请求、文书或事件写 about。",
        help_en="Write {allowed}; the request, document or event that the act answers goes under about.",
    ),
    Entry(
        "LNK532",
        zh="考核中没有“{name}”这一项（可用：{allowed}）",
        en="the assessment has no “{name}” (there are: {allowed})",
        help_zh="先在 counts、durations、rates 中写明；score、grade、rank 须有 scoring。",
        help_en="Declare it before, in counts, durations or rates; score, grade and rank need a scoring.",
    ),
    Entry(
        "LNK533",
        zh="比较要写且只写一种：at_least、at_most、above、below；等次写 is",
        en="a comparison has exactly one of at_least, at_most, above and below; of the grade, is",
        help_zh="如 {{of: overdue, at_least: 1}} 或 {{of: grade, is: failed}}。",
        help_en="Such as {{of: overdue, at_least: 1}} or {{of: grade, is: failed}}.",
    ),
    Entry(
        "LNK534",
        zh="{key} 只用于对事件的计数（over: events）",
        en="{key} is for counts over events only (over: events)",
        help_zh="义务计入承担它的单位，案件计入其中有义务的单位；删去这一键。",
        help_en="A duty counts for who bears it, a case for who has duties in it; leave the key out.",
    ),
    Entry(
        "LNK535",
        zh="等次应从高到低，分数线逐级下降，只有最后一个不写 at_least",
        en="grades go from the best down, each below the one before, and only the last has no at_least",
        help_zh="调整顺序和分数线，使每个得分恰有一个等次。",
        help_en="Put them in order, so that every score has exactly one grade.",
    ),
    Entry(
        "LNK536",
        zh="期限互相等待：{circle}",
        en="deadlines wait for each other: {circle}",
        help_zh="改其中一个，使每个期限最终从事实起算。",
        help_en="Change one of them, so that each is counted from a fact in the end.",
    ),
    Entry(
        "LNK550",
        zh="bearing: each_unit（各单位分别承担），但规则包没有列出义务主体的下属单位（已列出的：{allowed}）",
        en="bearing: each_unit, but the pack lists no units of the bearer (listed for: {allowed})",
        help_zh="在 pack.yaml 的 bodies 里写 units: [单位名称, …] 和 basis（或 provenance: local）；义务主体须是代码。",
        help_en="List units: [name, …] with basis (or provenance: local) under bodies in pack.yaml; the bearer is a code.",
    ),
    Entry(
        "LNK551",
        zh="各单位分别承担的，不再写 bearer_unit",
        en="bearer_unit says nothing where each unit bears a duty of its own",
        help_zh="每个列出的单位各有一项义务；只由其中一个承担的，删去 bearing: each_unit。",
        help_en="Each listed unit has its own duty; where one of them bears it, delete bearing: each_unit.",
    ),
    Entry(
        "LNK552",
        zh="列出的单位有 {count} 个，最多 {limit} 个",
        en="{count} units are listed; the most is {limit}",
        help_zh="按层级分成几个单位代码。",
        help_en="Use several body codes, by level.",
    ),
    Entry(
        "LNK553",
        zh="请求和送达不说明是哪一个单位实施的，不能据以分清各单位",
        en="requests and services do not say which unit acted: they cannot tell the units apart",
        help_zh="改用 event（事件的 actor_unit 写明单位）；由别的单位实施的，写 by。",
        help_en="Use event (its actor_unit names the unit); where another body acts, say by.",
    ),
)
