"""The app: every command by name, with its help in the language of the process."""

from __future__ import annotations

import typer

from policy.cli import (
    assess,
    bulk,
    calendar,
    check,
    compare,
    coverage,
    diff,
    evaluate,
    explain,
    fmt,
    gather,
    impact,
    init,
    init_rules,
    lsp,
    packs,
    report,
    schema,
    source,
    testing,
    words,
)
from policy.cli.guard import run
from policy.cli.language import say
from policy.cli.options import before

app = typer.Typer(
    name="linkage",
    help=say(
        "联动：把各地联动机制文件写成规则，查明谁应当在何时做什么。",
        "Linkage: districts' linkage documents as rules; who must do what, by when.",
    ),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    suggest_commands=True,
)

app.callback()(before)
app.command("check", help=say("检查规则，列出所有错误", "check the rules and list every fault"))(check.check)
app.command("evaluate", help=say("对一个案件作出判断", "decide one case"))(evaluate.evaluate)
app.command("explain", help=say("说明为什么如此判断，以及为什么不", "say why, and why not"))(explain.explain)
app.command("compare", help=say("同一案件在各地的义务对照", "one case under several districts"))(
    compare.compare
)
app.command(
    "assess", help=say("一个期间内各单位履行情况的计数", "counts of how bodies performed over a period")
)(assess.assess)
app.command(
    "gather",
    help=say(
        "把各案件的事件收到本区卷宗上，以便累计", "events of cases on the district's file, to be counted"
    ),
)(gather.gather)
app.command("calendar", help=say("一年的放假与上班日", "a year's holidays and working days"))(
    calendar.calendar
)
app.command("due", help=say("算一个到期时间，逐步列出", "one due time, step by step"))(calendar.due)
app.command("bulk", help=say("对整个文件的案件作出判断", "decide whole files of cases"))(bulk.bulk)
app.command("test", help=say("运行规则测试", "run the rule tests"))(testing.run_tests)
app.command("coverage", help=say("逐条对照：条款、规则、测试", "each clause, its rules, their tests"))(
    coverage.coverage
)
app.command("vocabulary", help=say("按名称查代码", "codes by a word"))(words.vocabulary)
app.command("facts", help=say("一个地区的规则读哪些事实", "what a district's rules read of a case"))(
    words.facts
)
app.command("diff", help=say("两个版本的规定有何不同", "what two versions say differently"))(diff.diff)
app.command("impact", help=impact.HELP)(impact.impact)
app.command("report", help=say("给不读规则文件的人审阅、签署的说明书", "a pack for people to read and sign"))(
    report.report
)
app.command(
    "schema", help=say("各种文件的 JSON Schema，供编辑器使用", "JSON Schemas of the files, for editors")
)(schema.schema)
app.command("fmt", help=say("整理规则文件的写法，内容和注释不变", "files in canonical form, comments kept"))(
    fmt.fmt
)
app.command("lsp", help=say("编辑器用的语言服务器", "the language server, for editors"))(lsp.lsp)
app.add_typer(source.app, name="source")
app.command("init", help=say("由文件搭出新的规则包", "the frame of a new pack from a document"))(init.init)
app.command(
    "init-rules", help=say("复制随本版本提供的规则包", "a copy of the packs that come with this release")
)(init_rules.init_rules)
app.command(
    "packs", help=say("列出规则包及其条款、规则、单位", "list the packs, their clauses, rules, bodies")
)(packs.packs)


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    raise SystemExit(run(app))
