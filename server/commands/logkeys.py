"""``linkage log keys``: the keys that have signed the log, and a new one."""

from __future__ import annotations

from typing import Any

from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.text.characters import printable
from policy.text.terminal import show
from policy.time.moment import moment_text
from server.commands.auditing import run
from server.log.opening import OpenLog, key_file
from server.log.rotation import chain_of, prepare, rotate
from server.settings.config import Settings
from server.store.tree import Tree

_STATES = {
    "signs": ("签署中", "signs"),
    "handed over": ("已交接", "handed over"),
    "waits": ("待用", "waits in the file of the keys"),
}
_LEFT = ("，私钥还在密钥文件里", ", its private key is still in the file")


def list_keys(settings: Settings, lang: str, output: Format) -> None:
    """Prints the keys in their order: since which row each signs, and who handed over to it when."""

    async def work(log: OpenLog) -> list[dict[str, Any]]:
        chain, kept = await chain_of(Tree(log.engine))
        held = [each.signer.verifier for each in log.keys.signing]
        found: list[dict[str, Any]] = []
        for number, key in enumerate(chain.keys):
            said = kept[number - 1] if number else None
            found.append(
                {
                    "key": str(key),
                    "id": key.identity.hex(),
                    "first_row": chain.handovers[number - 1].checkpoint.size if number else 0,
                    "state": "signs" if key == chain.newest else "handed over",
                    "since": moment_text(said.made_at) if said else "",
                    "by": said.made_by if said else "",
                    "handover": said.note if said else "",
                    "in_file": key in held,
                }
            )
        waiting = [key for key in held if key not in chain.keys]
        return found + [
            {"key": str(key), "id": key.identity.hex(), "state": "waits", "handover": "", "in_file": True}
            for key in waiting
        ]

    keys = run(settings, lang, work)
    if output is Format.JSON:
        print_json({"keys": keys})
        return
    for each in keys:
        state = _STATES[each["state"]][lang == "en"]
        if each["state"] == "handed over" and each["in_file"]:
            state += _LEFT[lang == "en"]
        row = "" if each["state"] == "waits" else _from_row(each["first_row"], lang)
        show("  ".join(printable(str(each.get(name) or "")) for name in ("id", "since", "by")).rstrip())
        show(f"    {row}{state}")
        show(f"    {each['key']}")


def _from_row(row: int, lang: str) -> str:
    return f"from row {row:,}: " if lang == "en" else f"自第 {row:,} 行起："


def rotate_key(settings: Settings, prepared: bool, lang: str) -> None:
    """Has a new key sign from now on; ``prepared``: only puts it into the file of the keys."""
    path = key_file(settings.database, settings.log.keys)
    if not path.is_file():
        raise CommandError("LNK871", path=str(path))

    async def preparing(log: OpenLog) -> str:
        return str((await prepare(log, path)).signer.verifier)

    async def rotating(log: OpenLog) -> tuple[int, str]:
        made = await rotate(log, path)
        return made.checkpoint.size, str(made.new)

    if prepared:
        key = run(settings, lang, preparing, write=True)
        show(key)
        words = (
            f"{path}: 新密钥已在文件中待用；把它放到每台机器上，再运行 linkage log keys rotate",
            f"{path}: the new key waits there; put the file on every machine, then `linkage log keys rotate`",
        )
    else:
        size, key = run(settings, lang, rotating, write=True)
        show(key)
        words = (
            f"自第 {size:,} 行起由它签署；旧私钥已从 {path} 删去。把新公钥告诉审计者：linkage log keys list",
            f"signs from row {size:,} on; the old private key is gone from {path}. Tell your auditors: "
            "`linkage log keys list`",
        )
    show(words[lang == "en"])
