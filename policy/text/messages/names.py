"""LNK3xx: names, and what they refer to."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK301",
        zh="{kind}“{name}”重复，首次出现在 {first}",
        en="{kind} “{name}” is declared twice; it first stands at {first}",
        help_zh="改一个名称，或删去一个。",
        help_en="Rename one of them, or delete it.",
    ),
    Entry(
        "LNK302",
        zh="词汇表的{section}中没有代码“{name}”",
        en="the vocabulary has no code “{name}” among its {section}",
        help_zh="改正拼写，或在 vocabulary.yaml 的 {key} 中登记它。",
        help_en="Correct the spelling, or declare it in vocabulary.yaml under {key}.",
    ),
    Entry(
        "LNK303",
        zh="规则包的 bodies 中没有单位“{name}”",
        en="the pack's bodies do not list “{name}”",
        help_zh="在 pack.yaml 的 bodies 中写上它在本地的名称；规则只能用那里列出的单位。",
        help_en="Give its local name under bodies in pack.yaml: a rule may only use bodies listed there.",
    ),
    Entry(
        "LNK304",
        zh="条款登记中没有“{name}”",
        en="the register of clauses has no “{name}”",
        help_zh="对照 clauses 中的 id。",
        help_en="Compare it with the ids under clauses.",
    ),
    Entry(
        "LNK305",
        zh="没有参数“{name}”",
        en="there is no parameter “{name}”",
        help_zh="在 parameters 中登记它。",
        help_en="Declare it under parameters.",
    ),
    Entry(
        "LNK306",
        zh="没有名为“{name}”的期限",
        en="there is no deadline named “{name}”",
        help_zh="在 deadlines 中登记它，或直接写成 {{within: 24 hours, from: …}}。",
        help_en="Declare it under deadlines, or write it out: {{within: 24 hours, from: …}}.",
    ),
    Entry(
        "LNK307",
        zh="没有表格“{name}”",
        en="there is no form “{name}”",
        help_zh="在 forms 中登记它。",
        help_en="Declare it under forms.",
    ),
    Entry(
        "LNK308",
        zh="本规则包没有规则“{name}”",
        en="the pack has no rule “{name}”",
        help_zh="写同一规则包内规则的 id；表中的行是“表 id.行 id”，整组写 {{group: 组名}}。",
        help_en="Give ids of rules of the same pack; a row of a table is TABLE.ROW, a group {{group: NAME}}.",
    ),
    Entry(
        "LNK309",
        zh="each 中没有变量“{name}”",
        en="each has no variable “{name}”",
        help_zh="可用的变量：{allowed}。",
        help_en="The variables are: {allowed}.",
    ),
    Entry(
        "LNK310",
        zh="“{path}”不是可以逐项查看的列表",
        en="“{path}” is not a list that can be gone through",
        help_zh="可用的列表：{allowed}。",
        help_en="The lists are: {allowed}.",
    ),
    Entry(
        "LNK311",
        zh="此表没有列“{name}”",
        en="the table has no column “{name}”",
        help_zh="此表的列：{allowed}。",
        help_en="Its columns are: {allowed}.",
    ),
    Entry(
        "LNK312",
        zh="“{value}”不是参数类型",
        en="“{value}” is not a type of a parameter",
        help_zh="可用的类型：{allowed}。",
        help_en="The types are: {allowed}.",
    ),
    Entry(
        "LNK313",
        zh="“{name}”必须以本区代码开头：{district}.",
        en="“{name}” must begin with the district: {district}.",
        help_zh="改名；id 在所有规则包中都要一看便知属于哪个区。",
        help_en="Rename it: an id must show its district wherever it is met.",
    ),
    Entry(
        "LNK314",
        zh="规则不能取代自己",
        en="a rule cannot override itself",
        help_zh="删去它自己的 id。",
        help_en="Delete its own id.",
    ),
    Entry(
        "LNK315",
        zh="规则互相取代成了环：{circle}",
        en="these rules override each other in a circle: {circle}",
        help_zh="删去环中的一处 overrides。",
        help_en="Delete one of these overrides.",
    ),
    Entry(
        "LNK316",
        zh="本规则包没有登记是非类的本地事实“{name}”",
        en="the pack declares no boolean attribute “{name}”",
        help_zh="excludes、implies 只能写 attributes 中 type 为 bool 的名称：{allowed}。",
        help_en="excludes and implies name attributes of type bool: {allowed}.",
    ),
    Entry(
        "LNK340",
        zh="本规则包没有属于组“{name}”的规则",
        en="no rule of the pack belongs to the group “{name}”",
        help_zh="在同组的规则或决策表里写 group: {name}，或改正组名；单独一条规则直接写它的 id。",
        help_en="Write group: {name} in its rules or tables, or correct the name; a single rule has an id.",
    ),
    Entry(
        "LNK341",
        zh="组“{name}”没有用到",
        en="the group “{name}” is not used",
        help_zh="在优先的规则里写 overrides: {{group: {name}}}，或在期限里写 "
        "from: {{duty: {{group: {name}}}, at: due}}；不用就删去 group。",
        help_en="Write overrides: {{group: {name}}} in the rule that prevails, or in a deadline "
        "from: {{duty: {{group: {name}}}, at: due}}; else delete group.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK342",
        zh="“{name}”是视为的事实，没有人负有这一义务，不能违反、到期或被取代",
        en="“{name}” is a deemed fact: nobody owes it, so that it is not breached, due or displaced",
        help_zh="写它所依据的义务的规则；要以视为的事实为前提，在 when 里写这一事实。",
        help_en="Name the rule of the duty that it rests on; to hang on the fact, ask for it under when.",
    ),
    Entry(
        "LNK343",
        zh="视为的事实一层接一层到“{name}”有 {count} 层，最多 {limit} 层",
        en="deemed facts rest on one another down to “{name}” through {count} of them; the most is {limit}",
        help_zh="每一层都要把案件再判断一遍；让其中几条直接以同一义务为依据。",
        help_en="A case is decided once more for each of them; let some rest on the same duty.",
    ),
)
