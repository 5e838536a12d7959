"""``linkage log``, ``backup`` and ``upgrade``: the words of the command line; the work is in ``auditing``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from policy.cli.language import say
from policy.cli.options import Format, FormatOption, Lang, LangOption, before
from server.commands.options import ConfigOption, DatabaseOption, SetOption

app = typer.Typer(no_args_is_help=True, help=say("决定记录", "the decision log"))
app.callback()(before)

KeysOption = Annotated[
    str | None, typer.Option("--keys", help=say("记录的密钥文件", "file of the log's keys (log.keys)"))
]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help=say("决定的编号（receipt.log_id）", "receipt.log_id"))
]
CaseOption = Annotated[str, typer.Option("--case", help=say("案件编号", "id of the case"))]
DistrictOption = Annotated[str, typer.Option("--district", help=say("地区代码", "a district"))]
RuleOption = Annotated[str, typer.Option("--rule", help=say("产生了义务的规则", "a rule that fired"))]
BodyOption = Annotated[str, typer.Option("--body", help=say("承担义务的单位", "a body that bears a duty"))]
CallerOption = Annotated[str, typer.Option("--caller", help=say("调用者", "who asked"))]
SinceOption = Annotated[
    str, typer.Option("--since", metavar="TIME", help=say("自何时起", "received since then"))
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="TIME", help=say("至何时止（不含）", "received before then"))
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help=say("最多几条", "at most so many"))]
AfterOption = Annotated[
    str, typer.Option("--after", metavar="ID", help=say("接在这一条之后", "the page after this id"))
]
WitnessOption = Annotated[
    list[Path] | None,
    typer.Option("--witness", metavar="FILE", help=say("见证文件，可重复", "a saved checkpoint; repeatable")),
]
PublicOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help=say("公钥，或存有公钥的文件；不用密钥文件", "the public key, or its file, in place of the keys"),
    ),
]


def _settings(
    config: Path | None, database: str | None, keys: str | None, pairs: list[str] | None, lang: str
) -> Any:
    from server.commands.given import settings_of

    return settings_of(config, {"database": database, "log.keys": keys}, pairs or [], lang)


def _wanted(since: str, until: str, **equal: str) -> Any:
    from server.commands.times import time_of
    from server.log.search import Wanted

    begin, end = (
        time_of(option, text) if text else None for option, text in (("--since", since), ("--until", until))
    )
    return Wanted(**equal, since=begin, until=end)


@app.command("list", help=say("列出决定，最新的在前", "list decisions, the newest first"))
def list_(
    case: CaseOption = "",
    district: DistrictOption = "",
    rule: RuleOption = "",
    body: BodyOption = "",
    caller: CallerOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    limit: LimitOption = 20,
    after: AfterOption = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.auditing import show_list

    wanted = _wanted(since, until, case=case, district=district, rule=rule, body=body, caller=caller)
    show_list(_settings(config, database, keys, pairs, lang), wanted, after, limit, lang, output)


@app.command(
    "search", help=say("按文字查找：案号、规则、单位、调用者", "find a part of a case, rule, caller …")
)
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("其中一部分即可", "a part of it"))],
    district: DistrictOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    limit: LimitOption = 20,
    after: AfterOption = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.auditing import show_list

    wanted = _wanted(since, until, district=district, text=text)
    show_list(_settings(config, database, keys, pairs, lang), wanted, after, limit, lang, output)


@app.command("show", help=say("一个决定的全部", "one decision, whole"))
def show(
    identity: IdArgument,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.auditing import show_one

    show_one(_settings(config, database, keys, pairs, lang), identity, lang, output)


@app.command("export", help=say("导出为 JSON 行，最早的在前", "JSON Lines of decisions, the oldest first"))
def export(
    case: CaseOption = "",
    district: DistrictOption = "",
    rule: RuleOption = "",
    body: BodyOption = "",
    caller: CallerOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    facts: Annotated[
        bool, typer.Option("--facts", help=say("连同事实和结果", "with the facts and the outcome"))
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=say("文件；不写则到标准输出", "file; default: stdout"))
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import export as command

    wanted = _wanted(since, until, case=case, district=district, rule=rule, body=body, caller=caller)
    command(_settings(config, database, keys, pairs, lang), wanted, facts, out)


@app.command("verify", help=say("核对全部记录，指出被改动的行", "check the whole log; name what was altered"))
def verify(
    witness: WitnessOption = None,
    key: PublicOption = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.auditing import verify as command

    settings = _settings(config, database, keys, pairs, lang)
    raise typer.Exit(command(settings, key, witness or [], lang, output))


@app.command("witness", help=say("保存一个检查点，由审计者另处保管", "a checkpoint for an auditor to keep"))
def witness(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help=say("见证文件", "where to save it"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=say("同 FILE", "the same as FILE"))
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            metavar="ADDRESS",
            help=say("向运行中的服务取，不用数据库", "from a service that runs, in place of the database"),
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help=say(
                "公钥或它的文件；不写则用第一次记下的", "the public key or its file; default: the first seen"
            ),
        ),
    ] = None,
    ca: Annotated[
        Path | None, typer.Option("--ca", help=say("签发服务器证书的机构（PEM）", "the server's authority"))
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help=say("由公认的机构验证", "verify by well-known authorities"))
    ] = False,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help=say("自己的证书（PEM）", "a certificate of ours"))
    ] = None,
    certificate_key: Annotated[
        Path | None, typer.Option("--certificate-key", help=say("它的私钥", "its private key"))
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--server-name", help=say("服务器证书上的名称", "the name in the server's certificate")),
    ] = None,
    token: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            help=say(
                "令牌或 API 密钥的文件；或用 LINKAGE_TOKEN", "file of a token or API key; or LINKAGE_TOKEN"
            ),
        ),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    place = file or out
    if place is None or (file and out):
        raise typer.BadParameter(say("用 FILE 或 -o 给出一个文件", "give one file, as FILE or with -o"))
    if server is None:
        from server.commands.witnessing import witness as command

        command(_settings(config, database, keys, pairs, lang), place, lang)
        return
    from server.commands.health import Asking
    from server.commands.witnessing import token_of, witness_of

    asking = Asking(ca, certificate, certificate_key, name, tls)
    witness_of(server, key, token_of(token), asking, place, lang)


@app.command("key", help=say("显示公钥，交给审计者", "the public key, for auditors"))
def key(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import public_key

    public_key(_settings(config, database, keys, pairs, lang))


@app.command("new-keys", help=say("预先生成多台机器共用的密钥", "make keys for several machines"))
def new_keys(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("要建立的文件", "the file to make"))],
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import new_keys as command

    command(file)


signing = typer.Typer(no_args_is_help=True, help=say("签署记录的密钥", "the keys that sign the log"))
signing.callback()(before)
app.add_typer(signing, name="keys")


@signing.command("list", help=say("列出历次密钥及其交接", "the keys in their order, with their handovers"))
def keys_list(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.logkeys import list_keys

    list_keys(_settings(config, database, keys, pairs, lang), lang, output)


@signing.command("rotate", help=say("换一把新密钥来签署", "have a new key sign from now on"))
def keys_rotate(
    prepared: Annotated[
        bool,
        typer.Option(
            "--prepare", help=say("只放进密钥文件待用", "only put it into the file, for other machines")
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.logkeys import rotate_key

    settings = _settings(config, database, keys, pairs, lang)
    if not prepared:
        _sure(
            yes,
            say(
                "旧密钥将不再签署，并从文件中删去。继续？", "The old key signs no more and is removed. Go on?"
            ),
        )
    rotate_key(settings, prepared, lang)


@app.command("prove", help=say("写出一个决定在记录中的证明", "a proof that a decision is in the log"))
def prove(
    identity: IdArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=say("文件；不写则到标准输出", "file; default: stdout"))
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import prove as command

    command(_settings(config, database, keys, pairs, lang), identity, out, lang)


@app.command("check", help=say("核对一份证明，不需要数据库", "check such a proof; needs no database"))
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("证明", "the proof"))],
    key: Annotated[
        str,
        typer.Option("--key", metavar="KEY", help=say("公钥，或它的文件", "the public key or its file")),
    ],
    handovers: Annotated[
        Path | None,
        typer.Option(
            "--handovers",
            metavar="FILE",
            help=say(
                "换过密钥时：linkage log keys list --format json 的输出",
                "where keys were changed: what `linkage log keys list --format json` printed",
            ),
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import check as command

    command(file, key, handovers, lang)


@app.command("erase", help=say("销毁一个案件的事实，证明不变", "destroy a case's facts; the proof stays"))
def erase(
    case: Annotated[str, typer.Argument(metavar="CASE", help=say("案件编号", "id of the case"))],
    district: DistrictOption = "",
    yes: Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import erase as command

    settings = _settings(config, database, keys, pairs, lang)
    _sure(yes, say("销毁后无法恢复。继续？", "It cannot be undone. Go on?"))
    command(settings, case, district or None, lang)


@app.command("prune", help=say("删除较早的决定，证明不变", "remove old decisions; the proof stays"))
def prune(
    before: Annotated[
        str, typer.Option("--before", metavar="TIME", help=say("早于何时收到的", "received before then"))
    ],
    yes: Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import prune as command
    from server.commands.times import time_of

    settings, until = _settings(config, database, keys, pairs, lang), time_of("--before", before)
    _sure(yes, say("删除后无法恢复。继续？", "It cannot be undone. Go on?"))
    command(settings, until, lang)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("备份文件", "where to write it"))],
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import backup as command

    command(_settings(config, database, None, pairs, lang), file, lang)


def upgrade(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    keys: KeysOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.auditing import upgrade as command

    command(_settings(config, database, keys, pairs, lang), lang)


def _sure(yes: bool, question: str) -> None:
    """Asks. Raises ``typer.Abort`` where the answer is no."""
    if not yes:
        typer.confirm(question, abort=True)
