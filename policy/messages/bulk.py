"""LNK97x: many cases at once."""

from __future__ import annotations

from policy.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK971",
        zh="{path} 的格式认不出：文件名应以 .parquet、.jsonl 或 .jsonl.gz 结尾",
        en="{path} is in no known format: its name should end in .parquet, .jsonl or .jsonl.gz",
        help_zh="单个案件（YAML 或 JSON）用 linkage evaluate。",
        help_en="A single case (YAML or JSON) is for linkage evaluate.",
    ),
    Entry(
        "LNK972",
        zh="{path} 读不下去：{reason}",
        en="{path} cannot be read on: {reason}",
        help_zh="文件可能不完整或已损坏；重新生成或重新传送后再试。",
        help_en="The file may be cut off or damaged: make or send it again.",
    ),
    Entry(
        "LNK973",
        zh="列“{column}”应为 {expected}，文件中却是 {found}",
        en="the column “{column}” should be {expected} and is {found}",
        help_zh="linkage bulk --schema 列出各列应有的类型。",
        help_en="linkage bulk --schema lists the columns and their types.",
    ),
    Entry(
        "LNK974",
        zh="没有名为“{column}”的列",
        en="there is no column “{column}” in a table of cases",
        help_zh="删去或改正它；linkage bulk --schema 列出所有的列。",
        help_en="Remove or rename it; linkage bulk --schema lists them all.",
    ),
    Entry(
        "LNK975",
        zh="表中缺少列“{column}”",
        en="the table lacks the column “{column}”",
        help_zh="linkage bulk --schema 列出所有的列；地区也可用 --district 给出。",
        help_en="linkage bulk --schema lists them all; a district can also be given by --district.",
    ),
    Entry(
        "LNK976",
        zh="{path} 已经存在",
        en="{path} exists already",
        help_zh="另取名字，或用 --restart 重新做一遍并替换它。",
        help_en="Choose another name, or do everything again and replace it with --restart.",
    ),
    Entry(
        "LNK977",
        zh="{path} 中未完成的工作与这一次不同：{differences}",
        en="the unfinished work in {path} is another one; what differs: {differences}",
        help_zh="按原来的条件继续，或用 --restart 丢弃它、重新开始。",
        help_en="Go on under the old conditions, or drop it and begin again with --restart.",
    ),
    Entry(
        "LNK978",
        zh="{path} 中没有未完成的工作可以继续",
        en="there is no unfinished work in {path} to resume",
        help_zh="去掉 --resume，从头开始。",
        help_en="Leave --resume out to begin.",
    ),
    Entry(
        "LNK979",
        zh="这一行读不成案件：{reason}",
        en="this row cannot be read as a case: {reason}",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK980",
        zh="需要先安装 {package}",
        en="{package} has to be installed first",
        help_zh="pip install 'linkage-policy[{extra}]'",
        help_en="pip install 'linkage-policy[{extra}]'",
    ),
    Entry(
        "LNK981",
        zh="找不到 Java：Spark 需要 Java 17 以上",
        en="there is no Java: Spark needs Java 17 or later",
        help_zh="安装 Java，或设置 JAVA_HOME；不用 --on 则只用本机完成同样的工作。",
        help_en="Install Java or set JAVA_HOME; without --on this machine does the same work.",
    ),
    Entry(
        "LNK982",
        zh="Spark 没有完成这项工作：{reason}",
        en="Spark did not finish the work: {reason}",
        help_zh="检查 --on 的地址和各台机器能否读写同一文件夹；再次运行会从已完成的部分继续。",
        help_en="Check the address of --on, and that all machines see the same folders; run again to go on.",
    ),
    Entry(
        "LNK983",
        zh="Spark 不能分开读取压缩的 {path}",
        en="Spark cannot read the compressed {path} in parts",
        help_zh="先解压，或改为 parquet。",
        help_en="Decompress it first, or use parquet.",
    ),
    Entry(
        "LNK984",
        zh="一个工作进程意外终止",
        en="a worker process died",
        help_zh="内存可能不足：减小 --batch 或 --workers；再次运行会从已完成的部分继续。",
        help_en="Memory may have run out: lower --batch or --workers; a further run resumes.",
    ),
    Entry(
        "LNK985",
        zh="读入 {read} 个案件，结果却只涉及 {accounted} 个",
        en="{read} cases were read but {accounted} are accounted for",
        help_zh="结果没有写出；请报告这个问题。",
        help_en="No result was written; please report this.",
    ),
    Entry(
        "LNK986",
        zh="{path} 里没有案件",
        en="{path} holds no case",
        help_zh="检查生成它的步骤。",
        help_en="Check the step that made it.",
    ),
    Entry(
        "LNK987",
        zh="另一个程序正在 {path} 中工作",
        en="another run is at work in {path}",
        help_zh="等它结束，或另取输出的名字。",
        help_en="Wait for it to end, or choose another output.",
    ),
    Entry(
        "LNK988",
        zh="运行期间规则变了",
        en="the rules changed while the work was going on",
        help_zh="已完成的部分用的是原来的规则；用 --restart 重新做一遍。",
        help_en="What is finished used the old rules: begin again with --restart.",
    ),
)
