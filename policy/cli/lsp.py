"""``linkage lsp``: the language server of the rules, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, RulesOption

EditorLangOption = Annotated[
    str,
    typer.Option(
        "--lang", metavar="zh|en", help=say("语言；默认为编辑器的语言", "language; default: the editor's")
    ),
]


def lsp(
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: EditorLangOption = "",
) -> None:
    from policy.cli.guard import CommandError, need

    need("pygls", "editor")
    if lang not in ("", "zh", "en"):
        raise CommandError("LNK205", value=lang, allowed="zh, en")
    if not (rules / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=str(rules))
    from policy.editor.server import serve

    serve(rules, sources, lang)
