"""``linkage explain ID``: why a logged decision came out as it did, under the rules of the time."""

from __future__ import annotations

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
from policy.text.diagnostics import PackError
from policy.text.suggest import suggest
from server.commands.auditing import decision, run
from server.decisions.active import rebuilt
from server.log.opening import OpenLog
from server.settings.config import Settings
from server.store.archive import RuleArchive
from server.store.record import LoggedDecision


def explain(
    settings: Settings, identity: str, rules: list[str], every: bool, lang: str, output: Format
) -> None:
    """Explains a logged decision. Raises ``CommandError`` where it or its rules cannot be had."""

    async def work(log: OpenLog) -> tuple[LoggedDecision, District]:
        record = await decision(log, identity)
        if record.erased:
            raise CommandError("LNK877")
        files = await RuleArchive(log.engine).files_of(record.snapshot)
        if not files:
            raise CommandError("LNK956", digest=record.snapshot[:12])
        try:
            return record, rebuilt(files).districts[record.district]
        except PackError as error:
            parts = ", ".join(sorted({item.code for item in error.faults}))
            raise CommandError("LNK957", parts=parts) from error

    record, district = run(settings, lang, work)
    known = {rule.id for program in district.programs for rule in program.pack.rules}
    for name in rules:
        if name not in known:
            raise CommandError("LNK821", suggestion=suggest(name, known), name=name)
    case = facts_pb2.Case.FromString(record.facts)
    made, found = explained(district, case, record.as_of, tuple(rules), every)
    wording = Wording(district, lang, sources_of_district(Path(settings.sources), district, lang))
    if output is Format.JSON:
        data = [explanation_json(item, wording) for item in found]
        print_json({"decision": decision_json(made, wording), "explanations": data})
    else:
        print_explanations(made, found, wording)
