"""``linkage explain OBLIGATION``: why an obligation of the register came about, under its case's rules."""

from __future__ import annotations

import asyncio
from pathlib import Path

from linkage.v1 import facts_pb2
from policy.cli.attached import sources_of_district
from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.decide.snapshot import District
from policy.review.explain import explained
from policy.review.report.as_json import decision_json, explanation_json
from policy.review.report.explanation import print_explanations
from policy.review.wording import Wording
from server.commands.common import coded_errors
from server.commands.registering import reading
from server.register.keeping import Keeper
from server.register.kept import Kept
from server.register.rules import Snapshots
from server.settings.config import Settings
from server.store.archive import RuleArchive


def explain_obligation(settings: Settings, identity: str, lang: str, output: Format) -> None:
    """Explains an obligation as its case stood when it was looked at last. Raises ``CommandError``."""
    with coded_errors(settings.rules, lang):
        kept, district = asyncio.run(_found(settings, identity))
    case = facts_pb2.Case.FromString(kept.folded.facts)
    made, every = explained(district, case, kept.state.as_of)
    found = [item for item in every if item.obligation == identity]
    if not found:  # an act of the register ended it, or other rules did
        raise CommandError("LNK250", name=identity, case=kept.case_id)
    wording = Wording(district, lang, sources_of_district(Path(settings.sources), district, lang))
    if output is Format.JSON:
        data = [explanation_json(item, wording) for item in found]
        print_json({"decision": decision_json(made, wording), "explanations": data})
    else:
        print_explanations(made, found, wording)


async def _found(settings: Settings, identity: str) -> tuple[Kept, District]:
    """The case of an obligation, and the rules that it is under."""
    async with reading(settings, opens=True) as (database, keys):
        keeper = Keeper(database.engine, keys=keys)
        place = await keeper.where(identity)
        kept = await keeper.get(*place) if place is not None else None
        if kept is None:
            raise CommandError("LNK002")
        if kept.erased_at is not None:
            raise CommandError("LNK877")
        snapshot = await Snapshots(RuleArchive(database.engine)).of(kept.rules)
        database.check()
        return kept, snapshot.districts[kept.district]
