"""``linkage publish`` and ``linkage bundle``: the words of the command line; ``publishing`` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption, before

app = typer.Typer(
    no_args_is_help=True, help=say("签署并发布规则，供各服务取用", "sign and publish rules for services")
)
app.callback()(before)
bundles = typer.Typer(no_args_is_help=True, help=say("规则发布包：一个文件", "bundles: rules as one file"))
bundles.callback()(before)

StoreArgument = Annotated[
    Path, typer.Argument(metavar="REPOSITORY", help=say("发布库：一个文件夹", "the repository: a folder"))
]
KeyOption = Annotated[
    Path, typer.Option("--key", metavar="FILE", help=say("自己的私钥（.key）", "your .key"))
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=say(
            "口令在这个文件里；默认在终端询问", "the passphrase is in this file; default: it is asked for"
        ),
    ),
]
ApproverOption = Annotated[
    str, typer.Option("--approver", metavar="NAME", help=say("批准人的姓名", "who is to approve it"))
]
ReviewerOption = Annotated[
    str, typer.Option("--reviewer", metavar="NAME", help=say("审核人的姓名，可以没有", "who is to review it"))
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("理由", "why"))]
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs", min=0, metavar="N", help=say("几个进程；0 为每核一个", "processes; 0: one a core")
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))]
FloorOption = Annotated[
    float | None,
    typer.Option(
        "--floor",
        min=0,
        max=100,
        metavar="PERCENT",
        help=say("测试至少要发现多少改动，默认 90", "changes that tests must notice; 90"),
    ),
]
PlacesOption = Annotated[
    int | None,
    typer.Option(
        "--places",
        min=0,
        metavar="N",
        help=say("每个地区试多少处改动，默认 500；0 为全部", "changes tried of a district; 500; 0: all"),
    ),
]
FreshOption = Annotated[
    int | None,
    typer.Option(
        "--fresh-days",
        min=1,
        max=400,
        metavar="DAYS",
        help=say("一次签发多少天内算新，默认 35", "days for which what is issued counts as fresh; 35"),
    ),
]
PersonsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--person", metavar="FILE", help=say("个人的公钥（.pub），至少两人", "a person's .pub; two")
    ),
]
DeskOption = Annotated[
    Path | None, typer.Option("--desk", metavar="FILE", help=say("发布台的公钥（.pub）", "the desk's .pub"))
]


@app.command("key", help=say("生成一个人（或发布台）的密钥", "make a key of a person, or of the desk"))
def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help=say("姓名", "the name"))],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="BASE", help=say("文件名，不带 .key；默认为姓名", "file; the name")
        ),
    ] = None,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import make_key

    make_key(name, out or Path(name), passphrase, lang)


@app.command(
    "init", help=say("开始一个发布库：密钥名单等两人签署", "begin a repository: its list of keys waits")
)
def init(
    store: StoreArgument,
    persons: PersonsOption = None,
    desk: DeskOption = None,
    floor: FloorOption = None,
    places: PlacesOption = None,
    fresh_days: FreshOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import begin

    begin(store, persons or [], desk, {"floor": floor, "places": places, "fresh_days": fresh_days}, lang)


@app.command("keys", help=say("换密钥名单：等两人签署", "another list of keys, which waits for two to sign"))
def keys(
    store: StoreArgument,
    add: Annotated[
        list[Path] | None, typer.Option("--add", metavar="FILE", help=say("加入（.pub）", "add a .pub"))
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="NAME", help=say("去掉", "remove a person"))
    ] = None,
    desk: DeskOption = None,
    floor: FloorOption = None,
    places: PlacesOption = None,
    fresh_days: FreshOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import change

    terms = {"floor": floor, "places": places, "fresh_days": fresh_days}
    change(store, add or [], remove or [], desk, terms, lang)


@app.command(
    "propose", help=say("检查、测试规则并提出发布，起草人签署", "check, test and propose rules, as author")
)
def propose(
    store: StoreArgument,
    key: KeyOption,
    approver: ApproverOption,
    reviewer: ReviewerOption = "",
    reason: ReasonOption = "",
    without_drafts: Annotated[
        bool,
        typer.Option("--without-drafts", help=say("草案不在内，其余的发布", "without the drafts there are")),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=say("内容没变也重新签署", "sign the same again"))
    ] = False,
    rules: RulesOption = DEFAULT_RULES,
    jobs: JobsOption = 0,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import propose as command
    from server.publishing.desk import Proposal

    wish = Proposal(approver, reviewer, reason, again=again)
    command(store, rules, wish, key, passphrase, without_drafts, jobs, lang)


@app.command("back", help=say("提出退回以前某次发布的内容", "propose what was published before, again"))
def back(
    store: StoreArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help=say("第几次发布", "which one"))],
    key: KeyOption,
    approver: ApproverOption,
    reason: ReasonOption,
    reviewer: ReviewerOption = "",
    jobs: JobsOption = 0,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import back as command
    from server.publishing.desk import Proposal
    from server.publishing.record import Sort

    command(store, number, Proposal(approver, reviewer, reason, Sort.BACK), key, passphrase, jobs, lang)


@app.command("sign", help=say("看过以后签署正在等候的", "look at what waits, and sign it"))
def sign(
    store: StoreArgument,
    key: KeyOption,
    yes: YesOption = False,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import sign as command

    command(store, key, passphrase, yes, lang)


@app.command(
    "issue", help=say("签齐以后由发布台签发，服务从此取用", "issue what is signed: services take it")
)
def issue(
    store: StoreArgument,
    key: KeyOption,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import issue as command

    command(store, key, passphrase, lang)


@app.command("refresh", help=say("延长有效期，内容不变", "keep what is published fresh"))
def refresh(
    store: StoreArgument,
    key: KeyOption,
    passphrase: PassphraseOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.publishing import refresh as command

    command(store, key, passphrase, lang)


@app.command("status", help=say("发布库现在是什么，在等谁", "what is published, and whom it waits for"))
def status(store: StoreArgument, lang: LangOption = Lang.ZH) -> None:
    from server.commands.publishing import status as command

    command(store, lang)


@app.command("withdraw", help=say("撤回正在等候的", "withdraw what waits"))
def withdraw(store: StoreArgument, yes: YesOption = False, lang: LangOption = Lang.ZH) -> None:
    from server.commands.publishing import withdraw as command

    command(store, yes, lang)


FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("发布包（.zip）", "the bundle (.zip)"))
]


@bundles.command("build", help=say("由规则文件夹生成发布包", "make a bundle of a rules folder"))
def build(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help=say("写到哪里", "where to"))],
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.bundling import build as command

    command(rules, out, lang)


@bundles.command("show", help=say("发布包里有什么", "what is in a bundle"))
def show(file: FileArgument, lang: LangOption = Lang.ZH, output: FormatOption = Format.TEXT) -> None:
    from server.commands.bundling import show_bundle

    show_bundle(file, lang, output)


@bundles.command(
    "verify", help=say("发布包是否完好，由其规则重新生成核对", "whether a bundle is what it says")
)
def verify(
    file: FileArgument,
    store: Annotated[
        Path | None,
        typer.Option("--repository", help=say("并查它是哪一次发布", "and which publication it is")),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.bundling import verify as command

    command(file, store, lang)
