"""LNK9xx: operation."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK901",
        zh="问题太多，其余 {count} 个未列出",
        en="too many faults: {count} more are not shown",
        help_zh="先改正列出的问题，再检查一次。",
        help_en="Correct those shown, then check again.",
    ),
    Entry(
        "LNK902",
        zh="不能读取 {path}：{reason}",
        en="{path} cannot be read: {reason}",
        help_zh="检查路径和权限；用 - 表示从标准输入读取。",
        help_en="Check the path and its permissions; - reads standard input.",
    ),
    Entry(
        "LNK903",
        zh="{path} 不是规则文件夹",
        en="{path} is no rules folder",
        help_zh="规则文件夹含有 vocabulary.yaml；用 --rules 或环境变量 LINKAGE_RULES 指明它。还没有规则时，"
        "linkage init-rules 复制一份随本版本提供的规则包。",
        help_en="A rules folder holds vocabulary.yaml; name it with --rules or the variable LINKAGE_RULES. "
        "Where you have none yet, linkage init-rules copies the packs that come with this release.",
    ),
    Entry(
        "LNK904",
        zh="已中断",
        en="interrupted",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK905",
        zh="程序内部出错（{kind}），这不是规则或案件的问题",
        en="an internal error ({kind}); the rules and the case are not to blame",
        help_zh="请报告这条命令；设置 LINKAGE_DEBUG=1 再运行一次，可得到详细经过。",
        help_en="Please report the command; with LINKAGE_DEBUG=1 it shows the details.",
    ),
    Entry(
        "LNK906",
        zh="命令写法不对：{detail}",
        en="the command is not right: {detail}",
        help_zh="运行 {command} --help 查看用法。",
        help_en="{command} --help shows the usage.",
    ),
    Entry(
        "LNK907",
        zh="规则有错误，不能用来判断",
        en="the rules have errors and cannot be used",
        help_zh="先用 linkage check 改正。",
        help_en="Correct them first, with linkage check.",
    ),
    Entry(
        "LNK908",
        zh="不能写出结果：{reason}",
        en="the result cannot be written: {reason}",
        help_zh="检查输出的路径、权限和磁盘空间。",
        help_en="Check where the output goes, its permissions, and the disk space.",
    ),
    Entry(
        "LNK909",
        zh="设置 traces.enabled 需要的软件包没有安装",
        en="the setting traces.enabled needs packages that are not installed",
        help_zh="pip install 'linkage-policy[traces]'，或关闭这项设置。",
        help_en="pip install 'linkage-policy[traces]', or turn the setting off.",
    ),
    Entry(
        "LNK910",
        zh="别的机器可以连到 {address}，没有同时设置 TLS 和调用者，而 insecure 允许这样运行",
        en="others can reach {address}, TLS and callers are not both set, and `insecure` allows it",
        help_zh="只在可信的网络里这样运行；否则设置 tls.certificate、tls.key 和 identity.callers"
        "（docs/security.md）。",
        help_en="Only in a network you trust; else set tls.certificate, tls.key and identity.callers "
        "(docs/security.md).",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK911",
        zh="引擎“{engine}”需要的软件包没有安装",
        en="the engine “{engine}” needs a package that is not installed",
        help_zh="在 Linkage 的文件夹里运行：.venv/bin/pip install -c constraints.txt -e '.[durable]'；"
        "需要 C 编译器和 Python 3.12 或更早的版本。",
        help_en="In the folder of Linkage: .venv/bin/pip install -c constraints.txt -e '.[durable]'; it "
        "takes a C compiler and Python 3.12 or older.",
    ),
    Entry(
        "LNK612",
        zh="没有安装原生核心",
        en="the native core is not installed",
        help_zh="在 Linkage 的文件夹里运行 make native（需要 cargo）；或把 engine 设为 auto："
        "装了原生核心就用它，没有装就用 compiled。",
        help_en="In the folder of Linkage: make native (takes cargo); or set engine to auto, which takes the "
        "native core where it is installed, else compiled.",
    ),
    Entry(
        "LNK613",
        zh="安装的原生核心不是为这个版本编译的",
        en="the native core that is installed was built for another version",
        help_zh="在 Linkage 的文件夹里重新运行 make native；在此之前由 compiled 判断。",
        help_en="In the folder of Linkage: make native, again; compiled decides until then.",
    ),
    Entry(
        "LNK614",
        zh="原生核心与 compiled 的决定不同：{native} 与 {compiled}",
        en="the native core and compiled came to different decisions: {native} and {compiled}",
        help_zh="这是程序的错误：请连同规则和案件报告；在此之前用 --engine compiled。",
        help_en="This is a fault of the program: please report it with the rules and the case, and use "
        "--engine compiled until then.",
    ),
    Entry(
        "LNK616",
        zh="原生核心判断一个案件时出错，改由 compiled 判断",
        en="the native core failed over a case, which compiled decided",
        help_zh="答复不受影响；这是程序的错误：日志里有出错的位置，请报告。",
        help_en="The answer is not affected. This is a fault of the program: the log has its place; please "
        "report it.",
    ),
    Entry(
        "LNK912",
        zh="引擎“{engine}”的工作进程没有给出结果：{reason}",
        en="the worker process of the engine “{engine}” gave no answer: {reason}",
        help_zh="再试一次，会启动新的进程；缺省的引擎 compiled 不受影响。",
        help_en="Try again, which starts a new process; the default engine, compiled, is not affected.",
    ),
    Entry(
        "LNK913",
        zh="引擎“{engine}”重新判断得出了不同的结果",
        en="the engine “{engine}”, deciding again, came to another decision",
        help_zh="这是某个引擎的错误：日志列出了不同的规则和两个决定的摘要，请报告。",
        help_en="One of the engines is wrong: the log names the rules and both digests; please report it.",
    ),
    Entry(
        "LNK914",
        zh="引擎“{engine}”不能重新判断",
        en="the engine “{engine}” cannot decide again",
        help_zh="答复不受影响；下一次会启动新的进程。",
        help_en="Answers are not affected; the next decision starts a new process.",
    ),
    Entry(
        "LNK919",
        zh="设置“{name}”和“{other}”写了同一个地址 {address}",
        en="the settings “{name}” and “{other}” name the same address, {address}",
        help_zh="各用各的端口；operations.address 也可以设为 off。",
        help_en="Each takes a port of its own; operations.address may also be off.",
    ),
    Entry(
        "LNK920",
        zh="还没有数据库文件 {path}，服务启动时会建立它和它的密钥",
        en="there is no database file {path} yet: the service makes it, and its keys, when it starts",
        help_zh="如果本该有，请检查设置 database。",
        help_en="If there should be one, check the setting `database`.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK915",
        zh="{address} 没有回答：{reason}",
        en="{address} gives no answer: {reason}",
        help_zh="服务在运行吗？地址和端口对吗？它用 TLS 时给出 --ca；它要求客户端证书时，"
        "再给出 --certificate 和 --key。",
        help_en="Is the service running, at this address and port? Where it has TLS give --ca, and where it "
        "asks clients for certificates --certificate and --key, too.",
    ),
    Entry(
        "LNK916",
        zh="不能向地址“{address}”询问",
        en="“{address}” is no address that can be asked",
        help_zh="写成 主机:端口，如 127.0.0.1:50051；端口不能是 0。",
        help_en="HOST:PORT, such as 127.0.0.1:50051, with a port other than 0.",
    ),
    Entry(
        "LNK918",
        zh="{path} 已经存在，不会覆盖",
        en="{path} exists already, and nothing is overwritten",
        help_zh="给出另一个文件夹，或先移走它。",
        help_en="Name another folder, or move it away first.",
    ),
    Entry(
        "LNK917",
        zh="安装的软件里没有附带规则包",
        en="what is installed holds no packs",
        help_zh="从源代码仓库的 rules/ 复制，或安装完整的软件包（wheel）。",
        help_en="Copy rules/ of the source repository, or install the complete wheel.",
    ),
)
