"""LNK451 to LNK480: bundles of rules, who signs them, and what a service takes of a repository."""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK451",
        zh="这不是规则发布包：{reason}",
        en="this is no bundle of rules: {reason}",
        help_zh="重新取得，或用 linkage bundle build 重新生成；不要解开后再压缩。",
        help_en="Get it again, or make it with `linkage bundle build`; do not unpack and pack it.",
    ),
    Entry(
        "LNK452",
        zh="发布包里的 {name} 与清单中的摘要不符",
        en="{name} in the bundle is not the file that its manifest names",
        help_zh="内容被改动过：不要使用，向发布的人重新要。",
        help_en="It was altered: do not use it, and ask whoever published it for another.",
    ),
    Entry(
        "LNK453",
        zh="发布包里的 {name} 不是由其中的规则生成的",
        en="{name} in the bundle is not what its own rules make",
        help_zh="有人手工改动或拼凑过；用 linkage bundle build 重新生成，再比较摘要。",
        help_en="Somebody changed it, or put it together; make it with `linkage bundle build` and compare "
        "the digests.",
    ),
    Entry(
        "LNK454",
        zh="密钥文件 {path} 不能用：{reason}",
        en="the key file {path} cannot be used: {reason}",
        help_zh="签署用 .key，登记用 .pub；口令忘了就用 linkage publish key 另生成一把，并由两人换上名单。",
        help_en="Sign with the .key, list the .pub; where the passphrase is lost, make another key with "
        "`linkage publish key` and have two persons put it on the list.",
    ),
    Entry(
        "LNK455",
        zh="口令太短，至少 {least} 个字符",
        en="the passphrase is too short: it takes {least} characters",
        help_zh="用一句只有自己知道的话。",
        help_en="Take a sentence that nobody else knows.",
    ),
    Entry(
        "LNK456",
        zh="{path} 不是发布库，或还没有签发密钥名单",
        en="{path} is no repository, or its list of keys has not been issued",
        help_zh="先运行 linkage publish init，两人签署（sign），再签发（issue）；优盘换了盘符时核对路径。",
        help_en="Run `linkage publish init`, have two persons sign it, then `issue` it; where a stick has "
        "another letter now, look at the path.",
    ),
    Entry(
        "LNK457",
        zh="已经有了{what}，在等签署或已经签发",
        en="there is {what} already, waiting or issued",
        help_zh="linkage publish status 查看；签完并签发，或 linkage publish withdraw 撤回后再提出。",
        help_en="See `linkage publish status`; sign and issue it, or `linkage publish withdraw` it first.",
    ),
    Entry(
        "LNK458",
        zh="密钥名单不合要求：{reason}",
        en="the list of keys will not do: {reason}",
        help_zh="每人一把密钥，至少两人；发布台另有一把。",
        help_en="One key a person, two persons at least, and another key for the desk.",
    ),
    Entry(
        "LNK459",
        zh="起草人和批准人都是“{name}”，一个人不能自己批准自己的",
        en="“{name}” is both author and approver: nobody approves their own",
        help_zh="请另一个人批准。",
        help_en="Let somebody else approve it.",
    ),
    Entry(
        "LNK460",
        zh="“{name}”不能作为姓名",
        en="“{name}” will not do as a name",
        help_zh="写姓名或单位，前后不留空格，不超过 60 个字。",
        help_en="Give a name of a person or an office, without spaces around it, of 60 characters at most.",
    ),
    Entry(
        "LNK461",
        zh="密钥名单里没有“{name}”，只有：{allowed}",
        en="“{name}” is not on the list of keys, which has: {allowed}",
        help_zh="按名单上的写法写；新来的人用 linkage publish keys --add 加入，由两人签署。",
        help_en="Write the name as it is on the list; add who is new with `linkage publish keys --add`, "
        "signed by two.",
    ),
    Entry(
        "LNK462",
        zh="还缺签名：{names}",
        en="signatures are missing: {names}",
        help_zh="请他们在同一个发布库上运行 linkage publish sign，然后再签发。",
        help_en="Have them run `linkage publish sign` on the same repository, then issue it.",
    ),
    Entry(
        "LNK463",
        zh="这里不能输入口令",
        en="there is no terminal to ask for the passphrase",
        help_zh="在终端里运行，或用 --passphrase-file 指定只有自己能读的文件。",
        help_en="Run it in a terminal, or give --passphrase-file, which you alone can read.",
    ),
    Entry(
        "LNK464",
        zh="规则测试没有通过 {count} 项，第一项：{name}",
        en="rule tests that fail: {count}; the first: {name}",
        help_zh="先用 linkage test 逐项改好；没有通过测试的规则不能发布。",
        help_en="Mend them with `linkage test`; rules whose tests fail are not published.",
    ),
    Entry(
        "LNK465",
        zh="测试发现的改动太少：{districts}，约定至少 {floor} %",
        en="the tests notice too few changes: {districts}, where {floor} % was agreed",
        help_zh="linkage test --mutate 列出没有发现的改动和可以补的测试。",
        help_en="`linkage test --mutate` lists what they miss, and tests that would not.",
    ),
    Entry(
        "LNK466",
        zh="与第 {number} 次发布完全相同，没有什么要发布",
        en="it is exactly publication {number}: there is nothing to publish",
        help_zh="只是延长有效期用 linkage publish refresh；要由别人重新签署用 --again。",
        help_en="To keep it fresh use `linkage publish refresh`; to have it signed by others, --again.",
    ),
    Entry(
        "LNK467",
        zh="这次发布退回去了：{what}",
        en="this publication goes back: {what}",
        help_zh="漏放了文件夹就补上；确实要退回，用 linkage publish back 写明第几次和理由，由两人签署。",
        help_en="Put the folder back if it was left out; if it is meant, `linkage publish back` with the "
        "number and a reason, signed by two.",
    ),
    Entry(
        "LNK468",
        zh="没有规则测试的地区：{districts}",
        en="districts without a rule test: {districts}",
        help_zh="没有测试的规则不能发布；linkage test --record 可以由案件写成测试。",
        help_en="Rules without tests are not published; `linkage test --record` makes one of a case.",
    ),
    Entry(
        "LNK469",
        zh="没有什么在等签署或签发",
        en="nothing waits to be signed or issued",
        help_zh="先用 linkage publish propose 提出；或者发布库不是这一个。",
        help_en="Propose it first with `linkage publish propose`; or this is another repository.",
    ),
    Entry(
        "LNK470",
        zh="{file} 不可信：{reason}",
        en="{file} does not hold: {reason}",
        help_zh="文件被改动、缺失或拼凑过：不要使用，从发布台重新复制整个发布库。",
        help_en="It was altered, lost or put together from others: do not use it, and copy the whole "
        "repository from the desk again.",
    ),
    Entry(
        "LNK471",
        zh="发布库比已经接受的旧",
        en="the repository is older than what has been accepted",
        help_zh="有人放回了旧的发布库。要退回旧内容，用 linkage publish back，由两人签署。",
        help_en="Somebody put an old repository back. To go back to old rules, `linkage publish back`, "
        "signed by two.",
    ),
    Entry(
        "LNK472",
        zh="发布库已经过期",
        en="the repository has expired",
        help_zh="发布台运行 linkage publish refresh，并把新的发布库送到；服务用的仍是最后一次可信的。",
        help_en="Have the desk run `linkage publish refresh` and bring the repository; the service goes on "
        "with the last good one.",
    ),
    Entry(
        "LNK473",
        zh="取不到发布库 {where}",
        en="the repository {where} cannot be reached",
        help_zh="核对地址、优盘和网络；服务用的仍是最后一次可信的，不断再试。",
        help_en="Look at the address, the stick, the network; the service goes on with the last good one, "
        "and tries again.",
    ),
    Entry(
        "LNK474",
        zh="没有可用的规则：取不到可信的发布，本机也没有留下上一次的",
        en="there are no rules to serve: no publication that holds can be had, and none is kept here",
        help_zh="日志中前一条写明了原因；接上发布库再启动。",
        help_en="The line before it in the log says why; bring the repository, then start again.",
    ),
    Entry(
        "LNK475",
        zh="这把密钥不属于{what}",
        en="this key is not of {what}",
        help_zh="用自己的那把；linkage publish status 列出各把密钥是谁的。",
        help_en="Take your own; `linkage publish status` lists whose keys there are.",
    ),
    Entry(
        "LNK476",
        zh="规则文件夹里还有草案：{folders}，草案不发布",
        en="there are drafts in the folder: {folders}; a draft is not published",
        help_zh="写完了就把 pack.yaml 里的 status 删去；还没写完、只发布其余的，加 --without-drafts。",
        help_en="When it is finished, take `status` out of its pack.yaml; to publish the others alone, "
        "--without-drafts.",
    ),
    Entry(
        "LNK477",
        zh="换了名单，最近一次发布就不再有两个人的签名（离开的：{names}）",
        en="with that list the newest publication would lack its signatures (who leaves: {names})",
        help_zh="先由留下的人用 linkage publish propose --again 重新签署同样的内容，再换名单。",
        help_en="Have those who stay sign the same again (`linkage publish propose --again`), then change "
        "the list.",
    ),
    Entry(
        "LNK478",
        zh="这次发布不符合名单约定的条件：{reason}",
        en="this publication is not as the list of keys asks: {reason}",
        help_zh="不要使用；向发布台查问。",
        help_en="Do not use it, and ask the desk.",
    ),
    Entry(
        "LNK479",
        zh="发布包的格式是 {format}，这一版软件还不认识",
        en="the bundle is of format {format}, which this release does not know",
        help_zh="升级软件。",
        help_en="Upgrade.",
    ),
    Entry(
        "LNK480",
        zh="“{name}”已经签过了",
        en="“{name}” has signed already",
        help_zh="要另一个人来签；linkage publish status 列出还缺谁。",
        help_en="Somebody else is to sign; `linkage publish status` lists who is missing.",
    ),
)
