"""The entry point ``linkage``: the command line of ``policy`` with the commands that need the server.

What a command needs is imported when it runs: ``linkage --help`` must not wait for gRPC and SQLAlchemy.
"""

from __future__ import annotations

import sys

from server.process import early

if "serve" in sys.argv[1:4]:  # with --lang before it
    early.listen()  # before the imports, which take a moment

from copy import copy
from pathlib import Path
from typing import Annotated

import typer

from policy.cli import app as policy_app
from policy.cli import assess as assess_cli
from policy.cli import impact as impact_cli
from policy.cli import run
from policy.cli.attached import DEFAULT_SOURCES
from policy.cli.attached import SourcesOption as PolicySourcesOption
from policy.cli.explain import AllOption, BodyOption, RuleOption
from policy.cli.explain import explain as explain_case
from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    DistrictOption,
    DraftOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    before,
)
from policy.cli.options import RulesOption as PolicyRulesOption
from policy.cli.packs import BodiesOption, ClausesOption, ListRulesOption
from policy.cli.packs import packs as list_packs
from policy.cli.period import FromOption, ToOption, YearOption
from server.commands.board import board, circular
from server.commands.contacts import app as contacts
from server.commands.log import app as log
from server.commands.log import backup, upgrade
from server.commands.notices import app as notices
from server.commands.options import (
    AddressOption,
    ConfigOption,
    DatabaseOption,
    LogOption,
    RulesOption,
    SetOption,
    SourcesOption,
    WorkersOption,
)
from server.commands.publish import app as publish
from server.commands.publish import bundles
from server.commands.register import app as register

# The commands of policy and those below; policy's own app stays as it is.
app = copy(policy_app)
_OWN = ("explain", "assess", "impact", "packs")
app.registered_commands = [each for each in policy_app.registered_commands if each.name not in _OWN]
app.registered_groups = list(policy_app.registered_groups)


@app.command("serve", help=say("启动 gRPC 服务", "serve over gRPC"))
def serve(
    config: ConfigOption = None,
    address: AddressOption = None,
    rules: RulesOption = None,
    sources: SourcesOption = None,
    database: DatabaseOption = None,
    workers: WorkersOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.serve import serve as command

    options = {"address": address, "rules": rules, "sources": sources, "database": database}
    command(config, options | {"workers": workers}, pairs or [], lang)


@app.command("health", help=say("服务是否正常（退出码）", "whether a service serves, as an exit code"))
def health(
    address: Annotated[
        str | None, typer.Option("--address", help=say("服务的地址；默认按设置", "default: the settings'"))
    ] = None,
    service: Annotated[str, typer.Option("--service", help=say("服务的名称", "a service's name"))] = "",
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=60.0, help=say("最多等几秒", "seconds to wait"))
    ] = 3.0,
    ca: Annotated[
        Path | None, typer.Option("--ca", help=say("签发服务器证书的机构（PEM）", "the server's authority"))
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help=say("由公认的机构验证", "verify by well-known authorities"))
    ] = False,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help=say("自己的证书（PEM）", "a certificate of ours"))
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help=say("它的私钥", "its private key"))] = None,
    name: Annotated[
        str | None,
        typer.Option("--server-name", help=say("服务器证书上的名称", "the name in the server's certificate")),
    ] = None,
    readyz: Annotated[
        bool,
        typer.Option("--readyz", help=say("改问运行地址的 /readyz", "ask /readyz of the operations address")),
    ] = False,
    config: ConfigOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.given import settings_of
    from server.commands.health import Asking
    from server.commands.health import health as command

    asking = Asking(ca, certificate, key, name, tls, readyz)
    command(settings_of(config, {"address": address}, pairs or [], lang), service, timeout, asking, lang)


@app.command("explain", help=say("说明为什么如此判断，以及为什么不", "say why, and why not"))
def explain(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE|ID",
            help=say(
                "案件文件，或决定的编号、登记中义务的编号（ob-…）",
                "case file, receipt.log_id, or the id of an obligation of the register (ob-…)",
            ),
        ),
    ],
    rule: RuleOption = None,
    every: AllOption = False,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    rules: PolicyRulesOption = DEFAULT_RULES,
    sources: PolicySourcesOption = DEFAULT_SOURCES,
    config: ConfigOption = None,
    database: LogOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    draft: DraftOption = False,
    body: BodyOption = "",
) -> None:
    from server.log.ids import is_log_id

    if case.startswith("ob-") and not Path(case).exists():
        from server.commands.explaining import explain_obligation
        from server.commands.given import settings_of

        options = {"database": database, "sources": str(sources)}
        explain_obligation(settings_of(config, options, pairs or [], lang), case, lang, output)
        return
    if not is_log_id(case.upper()) or Path(case).exists():
        explain_case(case, rule, every, as_of, district, rules, sources, lang, output, draft, body)
        return
    from server.commands.explain import explain as command
    from server.commands.given import settings_of

    options = {"database": database, "sources": str(sources)}
    command(settings_of(config, options, pairs or [], lang), case, rule or [], every, lang, output)


@app.command(
    "assess", help=say("一个期间内各单位履行情况的计数", "counts of how bodies performed over a period")
)
def assess(
    district: assess_cli.DistrictArgument,
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE...]",
            help=say(
                "案件文件，或装着它们的文件夹；或 linkage bulk 的输入、结果",
                "case files, folders; or those of linkage bulk",
            ),
        ),
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help=say("考核登记中的案件", "the cases of the register"))
    ] = False,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    confirmed: assess_cli.ConfirmedOption = None,
    last: assess_cli.LastOption = False,
    figure: assess_cli.FigureOption = "",
    body: assess_cli.BodyOption = "",
    rules: PolicyRulesOption = DEFAULT_RULES,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: assess_cli.FormOption = assess_cli.Form.TEXT,
    out: assess_cli.OutOption = None,
) -> None:
    wanted = assess_cli.Wanted(
        district, year, start, end, confirmed, last, figure, body, rules, lang, output, out
    )
    if register == bool(cases):
        detail = say("写出案件文件，或 --register，只写一样", "give case files, or --register, and not both")
        raise CommandError("LNK906", command="linkage assess", detail=detail)
    if cases:
        assess_cli.assess_files(wanted, cases)
        return
    from server.commands.assess import assess_register
    from server.commands.given import settings_of

    assess_register(wanted, settings_of(config, {"database": database}, pairs or [], lang))


@app.command(
    "packs", help=say("列出规则包；packs log 列出历次发布", "list the packs; packs log: what was published")
)
def packs(
    district: Annotated[
        str | None,
        typer.Argument(
            metavar="[DISTRICT|log]",
            help=say("地区代码，不写则为全部；log：历次发布", "a district, default: all; log: publications"),
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Argument(metavar="[REPOSITORY]", help=say("log 的发布库", "the repository, with log")),
    ] = None,
    clauses: ClausesOption = False,
    list_rules: ListRulesOption = False,
    bodies: BodiesOption = False,
    rules: PolicyRulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    draft: DraftOption = False,
) -> None:
    if (district == "log") != (store is not None):
        detail = say("linkage packs log 发布库文件夹", "linkage packs log REPOSITORY")
        raise CommandError("LNK906", command="linkage packs", detail=detail)
    if store is None:
        list_packs(district, clauses, list_rules, bodies, rules, lang, output, draft)
        return
    from server.commands.publishing import log as command

    command(store, lang, output)


@app.command("impact", help=impact_cli.HELP)
def impact(
    new: impact_cli.NewArgument,
    cases: impact_cli.CasesOption = None,
    log: Annotated[
        bool,
        typer.Option(
            "--log", help=say("决定记录里每个案件的最后一次", "the last decision on each case of the log")
        ),
    ] = False,
    register: Annotated[
        bool, typer.Option("--register", help=say("登记中的案件", "the cases of the register"))
    ] = False,
    old: impact_cli.OldOption = "",
    rules: PolicyRulesOption = DEFAULT_RULES,
    district: DistrictOption = None,
    as_of: AsOfOption = None,
    as_if: impact_cli.AsIfOption = None,
    case: impact_cli.CaseOption = "",
    out: impact_cli.OutOption = None,
    workers: impact_cli.JobsOption = 0,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    wanted = impact_cli.Wanted(
        new, old, rules, district or "", as_of, as_if, case, out, workers, lang, output
    )
    if (cases is not None) + log + register != 1:
        detail = say("--cases、--log、--register 写一样，只写一样", "give one of --cases, --log, --register")
        raise CommandError("LNK906", command="linkage impact", detail=detail)
    if cases is not None:
        impact_cli.impact_of_file(wanted, cases)
        return
    from server.commands.given import settings_of
    from server.commands.impact import impact_of_log, impact_of_register

    settings = settings_of(config, {"database": database}, pairs or [], lang)
    (impact_of_log if log else impact_of_register)(wanted, settings)


@app.command("replay", help=say("重放已记录的决定", "make logged decisions again and compare"))
def replay(
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=say("决定的编号（receipt.log_id）", "receipt.log_id"))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=say("全部决定", "every decision"))] = False,
    current_rules: Annotated[
        bool,
        typer.Option(
            "--with-current-rules",
            help=say("用现在的规则，看有何变化", "under today's rules: what would change"),
        ),
    ] = False,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.given import settings_of
    from server.commands.replay import replay as command

    if (identity is None) != every:
        raise typer.BadParameter(say("给出一个编号，或 --all", "give one id, or --all"))
    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    raise typer.Exit(command(settings, identity, current_rules, lang))


@app.command(
    "demo", help=say("演示：判断一个案件；一个地区的一周", "a case is decided; a week in a district")
)
def demo(
    rules: Annotated[Path | None, typer.Option("--rules", help=say("规则文件夹", "the rules folder"))] = None,
    act: Annotated[
        int | None,
        typer.Option("--act", min=1, max=2, help=say("只演哪一幕：1 或 2", "one act alone: 1 or 2")),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.demo.run import demo as command

    command(rules, lang, act)


app.add_typer(log, name="log")
app.add_typer(register, name="register")
app.add_typer(notices, name="notices")
app.add_typer(publish, name="publish")
app.add_typer(bundles, name="bundle")
app.command("board", help=say("看板：一个地区的义务和各单位的办理", "a district's board of its register"))(
    board
)
app.command("circular", help=say("起草通报", "draft a circular from the register"))(circular)
app.add_typer(contacts, name="contacts")
app.command("backup", help=say("备份决定记录", "back the decision log up"))(backup)
app.command("upgrade", help=say("升级数据库", "bring the database up to date"))(upgrade)


@app.command("openapi", help=say("打印 HTTP 调用的说明（OpenAPI 3.1）", "print the OpenAPI of the calls"))
def openapi() -> None:
    from server.commands.openapi import openapi as command

    command()


@app.command("certs", help=say("生成开发用的证书", "make certificates for development"))
def certs(
    out: Annotated[Path, typer.Option("--out", help=say("存放的文件夹", "where to put them"))] = Path(
        "certs"
    ),
    hosts: Annotated[
        list[str] | None,
        typer.Option("--host", help=say("服务器的名称或地址", "a name or address of the server")),
    ] = None,
    clients: Annotated[
        list[str] | None, typer.Option("--client", help=say("客户端的名称", "a client to make one for"))
    ] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew-authority",
            help=say(
                "为原有的密钥换发证书机构和服务器的证书",
                "new certificates of the authority, for its same key, and of the server",
            ),
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.certs import certs as command

    command(out, hosts or (), clients or (), renew, lang)


config_app = typer.Typer(no_args_is_help=True, help=say("服务的设置", "settings of the service"))
app.add_typer(config_app, name="config")


@config_app.command(
    "check",
    help=say("检查服务能否这样启动，一次列出所有问题", "would the service start? every fault"),
)
def config_check(
    config: ConfigOption = None,
    address: AddressOption = None,
    rules: RulesOption = None,
    sources: SourcesOption = None,
    database: DatabaseOption = None,
    workers: WorkersOption = None,
    pairs: SetOption = None,
    running: Annotated[
        bool,
        typer.Option(
            "--running", help=say("服务正在运行：不看端口是否被占用", "it is running: its ports are taken")
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=say("有警告也算不通过", "fail on warnings, too"))
    ] = False,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.config import check as command
    from server.commands.given import options_of

    named = {"address": address, "rules": rules, "sources": sources, "database": database}
    options = options_of(named | {"workers": workers}, pairs or [], "linkage config check")
    command(config, options, running, strict, lang, output)


@config_app.command("show", help=say("列出各项设置和来历", "every setting, and where it comes from"))
def config_show(
    config: ConfigOption = None,
    address: AddressOption = None,
    rules: RulesOption = None,
    sources: SourcesOption = None,
    database: DatabaseOption = None,
    workers: WorkersOption = None,
    pairs: SetOption = None,
    changed: Annotated[
        bool, typer.Option("--changed", help=say("只列与缺省不同的", "only what is not by default"))
    ] = False,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.config import show_settings as command
    from server.commands.given import options_of

    named = {"address": address, "rules": rules, "sources": sources, "database": database}
    options = options_of(named | {"workers": workers}, pairs or [], "linkage config show")
    command(config, options, changed, lang, output)


MOST_DAYS = 36_525
"""A century: a date that was typed for a number of days must not become a key that never ends."""

keys = typer.Typer(no_args_is_help=True, help=say("API 密钥", "API keys of callers"))
keys.callback()(before)
app.add_typer(keys, name="keys")

CallersOption = Annotated[
    str | None, typer.Option("--callers", help=say("调用者文件", "file of the callers (identity.callers)"))
]
KeysOption = Annotated[
    str | None, typer.Option("--keys", help=say("密钥文件", "file of the keys (identity.keys)"))
]


@keys.command("create", help=say("为一个调用者生成密钥，只显示这一次", "make a key of a caller; shown once"))
def keys_create(
    caller: Annotated[str, typer.Argument(help=say("调用者", "the caller"))],
    days: Annotated[
        int, typer.Option("--days", min=0, max=MOST_DAYS, help=say("有效天数", "days it is valid"))
    ] = 365,
    config: ConfigOption = None,
    callers: CallersOption = None,
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands import keys as command
    from server.commands.common import coded_errors
    from server.commands.given import settings_of

    options = {"identity.callers": callers, "identity.keys": keys}
    with coded_errors("", lang):
        command.create(settings_of(config, options, [], lang), caller, days)


@keys.command("list", help=say("列出密钥", "list the keys"))
def keys_list(config: ConfigOption = None, keys: KeysOption = None, lang: LangOption = Lang.ZH) -> None:
    from server.commands import keys as command
    from server.commands.common import coded_errors
    from server.commands.given import settings_of

    with coded_errors("", lang):
        command.list_keys(settings_of(config, {"identity.keys": keys}, [], lang), lang)


@keys.command("revoke", help=say("撤销密钥", "revoke a key"))
def keys_revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help=say("密钥的编号", "id of the key"))],
    config: ConfigOption = None,
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands import keys as command
    from server.commands.common import coded_errors
    from server.commands.given import settings_of

    with coded_errors("", lang):
        command.revoke(settings_of(config, {"identity.keys": keys}, [], lang), identity)


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    raise SystemExit(run(app))


if __name__ == "__main__":
    main()
