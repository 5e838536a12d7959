"""LNK0xx: the register: what is sent to cases and obligations, and what is kept of them.

The texts repeat codes, labels, and ids of entries and events that whoever asks may see: facts hold citizens'
data.
"""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK001",
        zh="登记中没有这个案件",
        en="the register has no such case",
        help_zh="核对地区和案件的 id；新案先用 CaseService/OpenCase 开立。",
        help_en="Check the district and the id; CaseService/OpenCase opens a new one.",
    ),
    Entry(
        "LNK002",
        zh="登记中没有这项义务",
        en="the register has no such obligation",
        help_zh="id 以 ListObligations 或决定中的为准；改正事实以后，原来的义务可能已不存在；"
        "各部门只看到自己的义务。",
        help_en="Ids are those of ListObligations and of decisions; where facts were corrected an "
        "obligation may never "
        "have been; a department sees its own alone.",
    ),
    Entry(
        "LNK003",
        zh="这个案件已经开立，当时的事实与这次的不同",
        en="this case is open already, with other facts",
        help_zh="后来的事实用 RecordEvents 登记；要更正开立时的事实，登记一条 supersedes: opening 的条目。",
        help_en="RecordEvents takes what became known later; to correct what was told then, record an "
        "entry with "
        "supersedes: opening.",
    ),
    Entry(
        "LNK004",
        zh="etag 已经不是现在的了：在此期间有人或时间改变了它",
        en="the etag is not that of now: somebody, or time, has changed it meanwhile",
        help_zh="重新读取，看过变化以后用新的 etag 再试；什么也没有登记。",
        help_en="Read it again, look at what changed, and try with the new etag; nothing was recorded.",
    ),
    Entry(
        "LNK005",
        zh="这个 id 已经登记过别的内容",
        en="something else was recorded under this id",
        help_zh="换一个 id；要更正原来的，用新的 id，并在 supersedes 中写明原来的 id；"
        "联系人用 UpdateContact 更正。",
        help_en="Take another id; to correct what was recorded, name it in supersedes of a new entry; "
        "UpdateContact corrects a contact.",
    ),
    Entry(
        "LNK006",
        zh="没有登记过要更正的这一条",
        en="the entry that this one corrects was not recorded",
        help_zh="supersedes 是先前条目的 id（不是事件的 id），或同一次调用中写在前面的；GetCase 用 "
        "include_entries 列出它们。",
        help_en="supersedes is the id of an earlier entry (not of its event), or of one before it in the "
        "call; GetCase "
        "lists them with include_entries.",
    ),
    Entry(
        "LNK007",
        zh="这一条已经由“{entry}”更正过",
        en="this entry has been corrected by “{entry}”",
        help_zh="要再更正，更正最后的那一条。",
        help_en="Correct the last correction.",
    ),
    Entry(
        "LNK008",
        zh="这一条既没有内容，也没有撤回什么",
        en="this entry says nothing and withdraws nothing",
        help_zh="写上 event、party 等内容之一；要撤回先前的一条，写 supersedes。",
        help_en="Give one of event, party …; to withdraw an earlier entry, name it in supersedes.",
    ),
    Entry(
        "LNK009",
        zh="回应早于它所回应的事：先有原因，后有结果",
        en="this answers something that happened later: the cause comes before the effect",
        help_zh="核对两者的时间（at、issued_at）；次序可以乱送，时间不能颠倒。",
        help_en="Check both moments (at, issued_at): they may be sent in any order, but not have "
        "happened so.",
    ),
    Entry(
        "LNK050",
        zh="这个案件没有这项义务",
        en="the case has no such obligation",
        help_zh="先登记义务由之产生的事，或与它在同一次调用中登记；obligation 以 ListObligations 为准。",
        help_en="Record first what it arises from, or in the same call; ListObligations has the ids.",
    ),
    Entry(
        "LNK051",
        zh="事件早于义务产生的时间",
        en="this happened before the obligation arose",
        help_zh="核对 at；早先的行为按其本身的事件登记，规则会说明它是否算数。",
        help_en="Check at; an act from before is recorded as the event it is, and the rules say whether "
        "it counts.",
    ),
    Entry(
        "LNK052",
        zh="“{field}”与开立时不同：条目属于另一个案件",
        en="“{field}” is not that of the case: the entry is of another one",
        help_zh="facts 中不必写 id、district、kind；写了就要与案件一致。",
        help_en="facts need not name id, district and kind; where they do, they are those of the case.",
    ),
    Entry(
        "LNK053",
        zh="这不是 WatchObligations 给出的标记",
        en="no watch gave this token",
        help_zh="原样送回 WatchObligations 最后给出的 resume_token；没有的，留空则从现在开始，from_start "
        "则从头开始。",
        help_en="Send the last resume_token of WatchObligations as it was; without one, leave it empty to "
        "begin now, or set from_start.",
    ),
    Entry(
        "LNK054",
        zh="这个标记是另一个数据库给出的",
        en="this token was given by another database",
        help_zh="核对所连的服务；换了数据库的，用 from_start 从头看，或先 ListObligations，再不带 "
        "resume_token 继续。",
        help_en="Check which service is called; where the database is another, begin with from_start, or "
        "list obligations and watch on without a token.",
    ),
    Entry(
        "LNK055",
        zh="这个标记是另一个查询的，或调用者的权限已经改变",
        en="this token is of another query, or the caller's rights have changed since",
        help_zh="用得到它时的那些条件；要换条件，不带 resume_token 重新开始。",
        help_en="Ask with the conditions that it was given for; for others begin anew, without a token.",
    ),
    Entry(
        "LNK061",
        zh="这个变化序列里没有 resume_token 所指的位置：数据库可能恢复到了更早的时候",
        en="the stream of changes has no such place: the database may have been put back to an earlier time",
        help_zh="先 ListObligations 取得现状，再不带 resume_token 继续。",
        help_en="List obligations to see how things stand, and watch on without a token.",
    ),
    Entry(
        "LNK062",
        zh="这不是可以送达的网址",
        en="this is no address that notices are sent to",
        help_zh="以 https:// 开头，写主机（和端口）、路径，不带用户名、密码和 #；确要用 http 的，另写 "
        "insecure: true。",
        help_en="Begin with https://, then host (and port) and path, without user, password and #; where "
        "it must be http, say insecure: true.",
    ),
    Entry(
        "LNK063",
        zh="secrets 写存放签名密钥的文件，而“{file}”不是",
        en="secrets names files that each hold a secret to sign with, and “{file}” is none",
        help_zh="密钥本身不写在这里；文件里一行：whsec_ 加 24 至 64 个随机字节的 Base64，"
        "或 whsk_ 加 Ed25519 私钥（32 字节）的 Base64。",
        help_en="No secret stands here itself; a file has one line: whsec_ and Base64 of 24 to "
        "64 random bytes, or whsk_ and Base64 of an Ed25519 private key of 32 bytes.",
    ),
    Entry(
        "LNK064",
        zh="{file} 不是可用的证书机构文件（PEM）",
        en="{file} is no file of an authority's certificates (PEM)",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK065",
        zh="接收方没有收下：{why}",
        en="the receiver did not take it: {why}",
        help_zh="docs/notices.md 列出了这些原因；核对网址、证书、密钥和 networks。",
        help_en="docs/notices.md lists the reasons; check the address, certificates, secrets and networks.",
    ),
    Entry(
        "LNK066",
        zh="没有这样的通知，什么也没有重发",
        en="there is no such notice, and nothing is sent anew",
        help_zh="linkage notices dead 列出未能送达的；写作 地区/位置，如 liwan/42，或用 --dead、--since。",
        help_en="linkage notices dead lists those that were given up; name one as district/position, such as "
        "liwan/42, or use --dead or --since.",
    ),
    Entry(
        "LNK067",
        zh="没有订阅“{name}”",
        en="there is no subscription “{name}”",
        help_zh="订阅写在 notices.subscriptions 的文件里；linkage notices list 列出它们。",
        help_en="They stand in the file of notices.subscriptions; `linkage notices list` lists them.",
    ),
    Entry(
        "LNK069",
        zh="订阅“{caller}”写了不存在的地区或单位“{name}”，等于没有",
        en="the subscription “{caller}” names “{name}”, no district or body there is: it is told nothing",
        help_zh="检查订阅文件中的 districts 和 bodies。",
        help_en="Check districts and bodies in the file of subscriptions.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK068",
        zh="没有写明要重发什么，或写了不止一种",
        en="it is not said what is to be sent anew, or it is said in several ways",
        help_zh="写 地区/位置（如 liwan/42，可写几个）、--dead 或 --since 之一。",
        help_en="Say one of: district/position such as liwan/42 (several may be named), --dead, --since.",
    ),
    Entry(
        "LNK013",
        zh="这项义务不由“{body}”承担，而由 {bodies}",
        en="“{body}” does not act on this obligation; {bodies} does",
        help_zh="由义务人（或其内设机构）办理；不属于本单位职责的，看 GetObligation 的 return_reasons "
        "可否退回。",
        help_en="Its bearer acts, or an organ of that; GetObligation says in return_reasons whether "
        "it may be sent back.",
    ),
    Entry(
        "LNK014",
        zh="没有写明由哪个单位办理，而可能的不止一个",
        en="the body that acts is not named, and several may be meant",
        help_zh="在 body 中写明。",
        help_en="Name it in body.",
    ),
    Entry(
        "LNK015",
        zh="这项义务没有可以退回的情形",
        en="no clause lets this obligation be sent back",
        help_zh="有异议的，用 RaiseObjection 提出：法院应当答复，义务仍要履行；拒绝不是退回。",
        help_en="RaiseObjection takes an objection: the court owes a reply, and the duty stays owed. To "
        "refuse is not "
        "to send back.",
    ),
    Entry(
        "LNK016",
        zh="不能以“{name}”为由退回",
        en="“{name}” is no ground for sending it back",
        help_zh="可以的理由：{allowed}。其他的用 RaiseObjection 提出。",
        help_en="Grounds are: {allowed}. RaiseObjection takes any other.",
    ),
    Entry(
        "LNK017",
        zh="缺少“{output}”（id：{id}）",
        en="“{output}” is missing (id: {id})",
        help_zh="条款要求的每一项都写进 outputs；GetObligation 的 expected_outputs 列出它们。",
        help_en="outputs names everything that the clause asks for; GetObligation lists it in "
        "expected_outputs.",
    ),
    Entry(
        "LNK018",
        zh="这项义务不要求提交“{name}”",
        en="this obligation asks for no output “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK019",
        zh="表格的“{field}”没有填（id：{id}）",
        en="“{field}” of the form is not filled in (id: {id})",
        help_zh="有选项的每一栏都要选；姓名、号码、住址留在纸上。",
        help_en="Choose in every field that has options; names, numbers and addresses stay on the paper.",
    ),
    Entry(
        "LNK020",
        zh="表格没有可选的一栏“{name}”",
        en="the form has no field with options “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK021",
        zh="“{field}”应选且只能选一项",
        en="exactly one option of “{field}” is chosen",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK022",
        zh="这样登记，义务并没有履行",
        en="told like this the obligation is not fulfilled",
        help_zh="GetObligation 的 ends 写明什么行为履行它；不写 act，就登记“义务已履行”。",
        help_en="GetObligation says in ends which acts fulfil it; without an act it is recorded as "
        "fulfilled.",
    ),
    Entry(
        "LNK023",
        zh="这项义务已经了结（{state}）",
        en="nothing is owed of this obligation any more ({state})",
        help_zh="要更正了结它的登记，用 RecordEvents 和 supersedes。",
        help_en="RecordEvents corrects what ended it, with supersedes.",
    ),
    Entry(
        "LNK024",
        zh="还没有履行，无从核单（{state}）",
        en="it is not done yet: there is nothing to confirm ({state})",
        help_zh="义务人先用 FulfilObligation 回单。",
        help_en="Its bearer reports first, by FulfilObligation.",
    ),
    Entry(
        "LNK025",
        zh="它不是由回单履行的，而是由事件“{event}”：不能以核单退回",
        en="it was not reported done, but ended by the event “{event}”: that cannot be rejected here",
        help_zh="如果那一事件登记有误，用 RecordEvents 和 supersedes 更正。",
        help_en="Where that event is wrong, RecordEvents corrects it, with supersedes.",
    ),
    Entry(
        "LNK026",
        zh="本地区的文件里没有协助事项“{name}”",
        en="the district's documents know no matter “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK027",
        zh="事件“{name}”不使案件了结",
        en="the event “{name}” does not end a case",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK028",
        zh="这是禁止或许可，不是要办理的义务",
        en="this is a prohibition or a permission, and no duty to be done",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK030",
        zh="当时的规则（{digest}）已不能取得",
        en="the rules of the time ({digest}) cannot be had",
        help_zh="规则存档与登记同在一个数据库；请服务的管理者核对。",
        help_en="The archive of rules is in the register's database: tell whoever runs the service.",
    ),
    Entry(
        "LNK031",
        zh="别的调用一直在改这个案件，这一次没有登记",
        en="others keep changing this case, and nothing was recorded",
        help_zh="稍后重试；同一个 id 不会重复登记。",
        help_en="Try again soon: nothing is recorded twice under one id.",
    ),
    Entry(
        "LNK032",
        zh="登记与重放不一致：{what} 存的是 {stored}，重放得 {found}",
        en="what is stored does not follow from what was recorded: {what} is {stored}, and should be {found}",
        help_zh="登记的条目没有变；停止写入，保留数据库副本，并报告。",
        help_en="The entries are as they were: stop writing, keep a copy of the database, and report it.",
    ),
    Entry(
        "LNK035",
        zh="词汇表没有作用为“{effect}”的事件",
        en="the vocabulary has no event with the effect “{effect}”",
        help_zh="登记需要这些事件，见 docs/register.md；从发行的 vocabulary.yaml 中补上。",
        help_en="The register needs them (docs/register.md): take them from the vocabulary.yaml of the "
        "release.",
    ),
    Entry(
        "LNK036",
        zh="这个调用者不代表“{body}”",
        en="this caller does not speak for “{body}”",
        help_zh="各部门只办理自己的义务；可以不写 body。",
        help_en="A department acts for its own bodies; body may be left out.",
    ),
    Entry(
        "LNK037",
        zh="时间在将来",
        en="the moment lies in the future",
        help_zh="登记的是已经做了的事；不写 at 就是现在。",
        help_en="What is recorded here has been done; without at it is now.",
    ),
    Entry(
        "LNK038",
        zh="这个翻页标记是另一个查询的",
        en="this page token is of another list",
        help_zh="翻页时除 page_token 和 page_size 外，请求的其余部分不要换；要换条件，从第一页开始。",
        help_en="While turning pages change page_token and page_size alone; for other conditions begin "
        "with the first "
        "page.",
    ),
    Entry(
        "LNK039",
        zh="这个案件在现在的规则下无法推导（{stored}）",
        en="this case cannot be derived under the rules that serve ({stored})",
        help_zh="规则可能删去了案件所用的代码；恢复它，再登记任何一条即重新推导。",
        help_en="The rules may have lost a code that the case uses: restore it, and record anything to "
        "derive it again.",
    ),
    Entry(
        "LNK040",
        zh="变化的序列不完整：应有 {stored} 条，有 {found} 条",
        en="the stream of changes is not whole: {stored} are told of, and {found} are there",
        help_zh="停止写入，保留数据库副本，并报告。",
        help_en="Stop writing, keep a copy of the database, and report it.",
    ),
    Entry(
        "LNK041",
        zh="义务最后的变化与所存的不一致",
        en="the last change of an obligation does not say what is stored",
        help_zh="停止写入，保留数据库副本，并报告。",
        help_en="Stop writing, keep a copy of the database, and report it.",
    ),
    Entry(
        "LNK042",
        zh="推导这个案件的进程一再中断",
        en="the process that derives this case died over it again and again",
        help_zh="案件可能太大；请服务的管理者核对。",
        help_en="The case may be too large: tell whoever runs the service.",
    ),
    Entry(
        "LNK043",
        zh="本地区的文件没有条款“{name}”",
        en="the district's documents have no clause “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK044",
        zh="{field} 没有取值“{name}”",
        en="{field} has no value “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK045",
        zh="这个数据库里还没有登记",
        en="this database has no register yet",
        help_zh="用这一版启动一次服务，或运行 linkage upgrade。",
        help_en="Start this version of the service once, or run linkage upgrade.",
    ),
    Entry(
        "LNK046",
        zh="表格的这一栏没有选项“{name}”",
        en="this field of the form has no option “{name}”",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK083",
        zh="考核登记中的案件时，不再另给案件",
        en="an assessment of the register's cases takes no others",
        help_zh="去掉 cases，或者去掉 register。",
        help_en="Leave out the cases, or register.",
    ),
    Entry(
        "LNK084",
        zh="这个服务没有登记案件",
        en="this service keeps no register",
        help_zh="设置 log.enabled 和 register.enabled 须为 true；也可以在请求中给出案件。",
        help_en="It takes the settings log.enabled and register.enabled; or bring the cases in the request.",
    ),
    Entry(
        "LNK085",
        zh="期间写得不对",
        en="this is no period",
        help_zh="since 和 until 同时写或都不写；until 是期间之后的第一个时刻，晚于 since；1992 至 2098 年；"
        "month 是 1 至 12，全年不写。",
        help_en="Give both since and until, or neither; until is the first moment after the period, and "
        "later; years are 1992 to 2098; a month is 1 to 12, and left out for a whole year.",
    ),
    Entry(
        "LNK086",
        zh="这一时刻不能看：须不早于期间开始（{since}），不晚于现在（{now}）",
        en="this moment cannot be looked at: it may be from the begin of the period ({since}) to now ({now})",
        help_zh="at 不写就是现在；期间已经过去的，是期间终了之时。",
        help_en="Without at it is now, or the end of a period that is over.",
    ),
    Entry(
        "LNK087",
        zh="走势太长：最多 {limit} 点",
        en="the trend is too long: it has {limit} points at most",
        help_zh="缩短期间，或者按周、按月。",
        help_en="Take a shorter period, or weeks or months.",
    ),
    Entry(
        "LNK088",
        zh="看板没有指标“{name}”",
        en="a board has no figure “{name}”",
        help_zh="可用：{allowed}。",
        help_en="It has: {allowed}.",
    ),
    Entry(
        "LNK089",
        zh="{path} 是另一次预览的文件，或已损坏",
        en="{path} is the file of another preview, or damaged",
        help_zh="预览只能接着同样的规则、时点和地区做下去：另给一个 --save 文件，或删去这一个。",
        help_en="A preview goes on with the same rules, moment and districts: give --save another file, or "
        "remove this one.",
    ),
    Entry(
        "LNK090",
        zh="数据库中的登记是旧版本的",
        en="the register of this database is of an older version",
        help_zh="先用 linkage upgrade 升级数据库（或其副本）；启动服务也会升级。",
        help_en="Run `linkage upgrade` on the database, or on a copy; so does a service that is started.",
    ),
    Entry(
        "LNK091",
        zh="due_before 不晚于 due_from：其间没有时间",
        en="due_before is not after due_from: there is no time between them",
        help_zh="从 due_from 起（含），到 due_before 之前；两个是不是写反了？",
        help_en="From due_from on, and before due_before: were they swapped?",
    ),
    Entry(
        "LNK092",
        zh="这个案件已按要求销毁：其中的事实和义务都读不出来了",
        en="this case was erased: its facts and obligations cannot be read any more",
        help_zh="同一个 id 不能再用；案件若又要办理，用新的 id 开立。",
        help_en="Its id is not used again: open a case that is taken up anew under another.",
    ),
    Entry(
        "LNK093",
        zh="这个案件由引擎 {stored} 推导，引擎 {found} 推导的不同（{what}）",
        en="engine {stored} decided this case, and engine {found} decides otherwise ({what})",
        help_zh="不是损坏：程序已升级，案件在等候采用；看变化用 linkage register preview，采用用 adopt。",
        help_en="Nothing is damaged: the program was upgraded, and the case waits for its adoption: linkage "
        "register preview lists what would change, adopt adopts it.",
    ),
    Entry(
        "LNK094",
        zh="看板超过 {limit} 行",
        en="the board has more than {limit} rows",
        help_zh="用 body 只看一个单位，或换一种 by：单位（units）是案件里写的名称，写法不同就各成一行。",
        help_en="Name a body, or another by: units are what cases call them, and each spelling is a row.",
    ),
    Entry(
        "LNK095",
        zh="案件“{name}”应是本地区自己的档案（kind: district），登记的却是另一类，联系人登记不了",
        en="the case “{name}” should be the district's own file (kind: district), and is of another kind: no "
        "contact can be recorded",
        help_zh="请服务的管理者把设置 register.district_file 改为另一个 id。",
        help_en="Whoever runs the service sets register.district_file to another id.",
    ),
    Entry(
        "LNK096",
        zh="本地区自己的档案“{name}”已销毁，联系人登记不了",
        en="the district's own file “{name}” was erased: no contact can be recorded",
        help_zh="请服务的管理者把设置 register.district_file 改为另一个 id；在任的随下一次登记记入新档案。",
        help_en="Whoever runs the service sets register.district_file to another id: those in office are "
        "told there with the next change.",
    ),
    Entry(
        "LNK097",
        zh="“{name}”是地区自己的档案，联系人登记在其中，没有销毁",
        en="“{name}” is the districts' own file, with which contacts are recorded: it was not erased",
        help_zh="其中没有姓名和电话，忘记一个人用 EraseContact。要销毁，先改设置 register.district_file。",
        help_en="It holds no name and no number: EraseContact forgets a person. To erase it all the same, "
        "set register.district_file to another id first.",
    ),
    Entry(
        "LNK098",
        zh="本机的时钟比数据库的快得多：登记的时间停在原处",
        en="this machine's clock is far ahead of the database's: time stands still for the register",
        help_zh="校准两边的时钟（NTP）；校准后自行继续，不必重启。",
        help_en="Set both clocks right (NTP): it goes on by itself then.",
    ),
    Entry(
        "LNK099",
        zh="行为（act）的这一项与请求的 {field} 不一致",
        en="this of the act is not what {field} of the request says",
        help_zh="写在请求的 {field} 里，act 里不写；请求不写 at 就是现在。",
        help_en="Say it in {field} of the request, and leave it out of the act; a request without at "
        "means now.",
    ),
)
