"""``linkage init-rules``: the packs of this release, copied into a folder of the operator's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption

FolderArgument = Annotated[
    Path, typer.Argument(metavar="[FOLDER]", help=say("新建的规则文件夹", "the folder to make"))
]


def init_rules(folder: FolderArgument = DEFAULT_RULES, lang: LangOption = Lang.ZH) -> None:
    from policy.pack.shipped import shipped_rules
    from policy.text.files import write_folder
    from policy.text.terminal import show

    shipped = shipped_rules()
    if shipped is None:
        raise CommandError("LNK917")
    paths = sorted(shipped.rglob("*.yaml"))
    files = {path.relative_to(shipped).as_posix(): path.read_bytes() for path in paths}
    try:
        write_folder(folder, files)
    except FileExistsError as error:
        raise CommandError("LNK918", path=str(folder)) from error
    packs = sorted({name.partition("/")[0] for name in files if name.endswith("/pack.yaml")})
    if lang == "zh":
        show(f"已建立 {folder}：规则包 {'、'.join(packs)}")
        show(f"下一步：linkage check {folder}，再 linkage serve --rules {folder}；此后规则由你维护")
    else:
        show(f"made {folder}: packs {', '.join(packs)}")
        show(f"next: linkage check {folder}, then linkage serve --rules {folder}; they are yours from now on")
