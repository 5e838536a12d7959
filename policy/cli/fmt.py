"""``linkage fmt PATH…``: YAML files of the rules in their canonical form, comments kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.guard import FINDINGS, CommandError
from policy.cli.language import say
from policy.cli.options import Lang, LangOption

PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help=say("文件，或装着它们的文件夹", "files, or folders of them")),
]
CheckOption = Annotated[
    bool,
    typer.Option(
        "--check",
        help=say(
            "只检查，不改；有文件需要整理时退出码为 1", "change nothing; exit code 1 where a file would be"
        ),
    ),
]


def fmt(paths: PathsArgument, check: CheckOption = False, lang: LangOption = Lang.ZH) -> None:
    from policy.editor.formatting import formatted
    from policy.text.diagnostics import Faults, fault
    from policy.text.files import write_whole
    from policy.text.source import SourceError, decode, read_bytes, whole
    from policy.text.terminal import print_faults, show

    files = list(dict.fromkeys(_files(paths)))
    changed = failed = 0
    for path in files:
        faults = Faults()
        data, text = b"", None
        try:
            data = read_bytes(path)
            text = formatted(decode(str(path), data), faults)
        except SourceError as error:
            faults.add(error.code, whole(str(path)), "", **error.details)
        if text is None:
            failed += 1
            print_faults(faults, lang)
            if not any(item.code == "LNK320" for item in faults):
                print_faults([fault("LNK321", whole(str(path)))], lang)
        elif text.encode() != data:
            changed += 1
            if check:
                print_faults([fault("LNK322", whole(str(path)))], lang)
            else:
                write_whole(path, text.encode())
                show(f"已整理 {path}" if lang == "zh" else f"formatted {path}")
    show(_summary(len(files), changed, failed, check, lang))
    raise typer.Exit(FINDINGS if failed or (check and changed) else 0)


def _summary(files: int, changed: int, failed: int, check: bool, lang: str) -> str:
    if lang == "zh":
        did = "需要整理" if check else "整理了"
        return f"文件 {files}，{did} {changed}，有错误未动 {failed}"
    did = "to be formatted" if check else "formatted"
    return f"{files} file{'' if files == 1 else 's'}, {changed} {did}, {failed} left alone for faults"


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those of the rules in the folders named. Raises CommandError (LNK902)."""
    from policy.text.messages import Words

    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*.yaml") if one.is_file() and not _hidden(one.relative_to(path))
            )
        elif path.exists():
            yield path
        else:
            reason = Words("没有这个文件或文件夹", "no such file or folder")
            raise CommandError("LNK902", path=str(path), reason=reason)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
