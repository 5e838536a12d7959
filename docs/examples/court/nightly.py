"""Each night: sends what the court's system recorded to the register, and reports what became of duties.

    python nightly.py EXPORT STATE

EXPORT is the folder of cases.csv and events.csv, as the court's system gives them out, with mapping.json,
which says what its words are in Linkage's vocabulary. STATE is a folder of the job's own. It leaves there:

    report.csv    what is new, has changed or has ended since the last night that came to its end
    refused.csv   rows that were not taken, with code and reason; mended, they go with the next night
    owed.json     what was owed when the report was made

Run again after a crash, at any moment: each row has a key that stays, so nothing is recorded twice, and the
report is made against the last owed.json, which is written last and at once.
"""

import csv
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from linkage_client import (
    Client,
    Exists,
    LinkageError,
    Modality,
    NotFound,
    Refused,
    Register,
    RegisteredObligation,
    Violation,
)

ENCODING = os.getenv("EXPORT_ENCODING", "utf-8-sig")  # gb18030 for what older systems give out
BATCH = 500  # entries of one call, which are recorded all or not at all
REPORT = ["变动", "案号", "单位", "义务", "期限", "状态", "办理", "编号"]
REFUSED = ["流水号", "案号", "代码", "字段", "原因"]
Row = dict[str, str]
Entry = dict[str, Any]


def rows(path: Path, columns: str) -> Iterator[Row]:
    """The rows of a file, without blanks around their words."""
    with path.open(encoding=ENCODING, newline="") as file:
        table = csv.DictReader(file)
        if missing := [name for name in columns.split() if name not in (table.fieldnames or ())]:
            sys.exit(f"{path.name} 缺少列：{'、'.join(missing)}")
        for row in table:
            yield {name: (text or "").strip() for name, text in row.items() if name}


def moment(text: str) -> str:
    """2024-03-02 09:30, as the export has it, is a time in China."""
    return text.replace(" ", "T") + ":00+08:00"


class Night:
    """One night's work on one district."""

    def __init__(self, register: Register, mapping: dict[str, Any], state: Path) -> None:
        self.register, self.mapping, self.state = register, mapping, state
        self.refused: list[dict[str, str]] = []

    def refuse(self, row: str, case: str, code: str, field: str, why: str) -> None:
        """Puts a row on the list of those that were not taken."""
        self.refused.append({"流水号": row, "案号": case, "代码": code, "字段": field, "原因": why})

    def case(self, row: Row) -> Entry:
        """A case as it is opened."""
        debtor = {
            "id": "debtor",
            "role": "debtor",
            "kind": self.mapping["当事人类型"].get(row["被执行人类型"]),
        }
        case: Entry = {"id": row["案号"], "district": self.mapping["地区"], "kind": "enforcement"}
        case |= {"filed_at": moment(row["立案时间"]), "parties": [debtor]}
        return case | ({"properties": [{"id": row["车牌"], "type": "vehicle"}]} if row["车牌"] else {})

    def entry(self, row: Row) -> Entry:
        """An entry of the register; its id is the row's number. Raises KeyError for words without a code."""
        if row["更正"] and not row["事项"]:
            return {"id": row["流水号"], "supersedes": row["更正"]}  # the row was struck out
        (kind, code), *_ = self.mapping["事项"][row["事项"]].items()
        entry: Entry = {"id": row["流水号"], "at": moment(row["时间"]), "party": "debtor"}
        if kind == "request":
            entry |= {"matter": code, "to": self.mapping["单位"][row["单位"]], "requester": "court"}
            entry |= {"form": "letter", "documents_shown": ["assistance_letter"]}
        else:
            entry |= {"type": code, "actor": self.mapping["单位"][row["单位"]]}
            entry |= {"about": row["针对"]} if row["针对"] else {}
        if row["车牌"]:
            entry |= {"property": row["车牌"]}
        whole: Entry = {"id": row["流水号"], kind: entry}
        return whole | ({"supersedes": row["更正"]} if row["更正"] else {})

    def open_cases(self, cases: Iterable[Row]) -> None:
        """Opens what is not open yet."""
        for row in cases:
            try:
                self.register.open_case(self.case(row))
            except Exists:  # told otherwise when it was opened: a person looks at it
                self.refuse("", row["案号"], "LNK003", "case", "案件已开立，立案信息后来改过：请人工核对")
            except Refused as error:
                self.refuse(
                    "", row["案号"], error.violations[0].code, error.violations[0].field, error.message
                )

    def send(self, events: Iterable[Row]) -> None:
        """Sends the day's rows, case by case."""
        by_case: dict[str, list[Entry]] = defaultdict(list)
        for row in events:
            try:
                by_case[row["案号"]].append(self.entry(row))
            except KeyError as error:
                self.refuse(row["流水号"], row["案号"], "", "", f"对照表 mapping.json 中没有 {error}")
        for case, entries in by_case.items():
            for start in range(0, len(entries), BATCH):
                self.record(case, entries[start : start + BATCH])

    def record(self, case: str, entries: list[Entry]) -> None:
        """Records entries; what is refused is taken out with its reason, and the others go without it."""
        while entries:
            try:
                self.register.record(case, entries)
                return
            except (Refused, Exists) as error:
                wrong: dict[int, Violation] = {}
                for each in error.violations:
                    place = re.match(r"entries\[(\d+)\]", each.field)
                    wrong |= {int(place[1]): each} if place else dict.fromkeys(range(len(entries)), each)
                if not wrong:
                    raise
                for index, each in sorted(wrong.items()):
                    self.refuse(entries[index]["id"], case, each.code, each.field, each.description)
                entries = [entry for index, entry in enumerate(entries) if index not in wrong]

    def report(self) -> None:
        """Compares what is owed with what was owed when the last night came to its end."""
        owed = self.state / "owed.json"
        before = json.loads(owed.read_text("utf-8")) if owed.exists() else {}
        found = (
            self.register.obligations()
        )  # prohibitions and permissions too, of which nothing is to be done
        now = {each.id: self.line(each) for each in found if each.modality is Modality.OBLIGATION}
        changed = [
            ("新增" if id not in before else "变化", now[id]) for id in now if before.get(id) != now[id]
        ]
        changed += [self.ended(id, before[id]) for id in before if id not in now]
        told = [{"变动": what, **duty} for what, duty in changed]
        write(
            self.state / "report.csv", ["变动", "案号", "单位", "义务", "期限", "状态", "办理", "编号"], told
        )
        write(self.state / "refused.csv", ["流水号", "案号", "代码", "字段", "原因"], self.refused)
        owed.with_suffix(".new").write_text(json.dumps(now, ensure_ascii=False), "utf-8")
        owed.with_suffix(".new").replace(owed)  # last and at once
        print(f"变动 {len(told)} 项，在办 {len(now)} 项，未收 {len(self.refused)} 条")

    def ended(self, id: str, was: Row) -> tuple[str, Row]:
        """What became of a duty of which nothing is owed any more."""
        try:
            return "了结", self.line(self.register.obligation(id).obligation)
        except NotFound:
            return "撤销", was  # what it rested on was corrected: it never was

    def line(self, duty: RegisteredObligation) -> Row:
        """A duty as the report shows it."""
        unit = next((name for name, code in self.mapping["单位"].items() if code == duty.unit), duty.unit)
        who = "、".join(body.name for body in duty.bearers) + (f"（{unit}）" if unit else "")
        due = f"{duty.due:%Y-%m-%d %H:%M}" if duty.due else ""
        told = {"案号": duty.case_id, "单位": who, "义务": duty.title, "期限": due}
        return told | {"状态": duty.state.value, "办理": duty.handling.value, "编号": duty.id}


def write(path: Path, names: list[str], lines: Iterable[Row]) -> None:
    """A file that spreadsheets open as they are, and none of whose cells they take for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows({name: plain(text) for name, text in line.items()} for line in lines)


def plain(text: str) -> str:
    """A cell that stays what it says: ids and units come from outside."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def main(export: Path, state: Path) -> None:
    """The whole night."""
    mapping = json.loads((export / "mapping.json").read_text("utf-8"))
    cases = list(rows(export / "cases.csv", "案号 立案时间 被执行人类型 车牌"))
    events = list(rows(export / "events.csv", "流水号 案号 事项 时间 单位 针对 车牌 更正"))
    state.mkdir(parents=True, exist_ok=True)
    with Client(
        os.environ["LINKAGE"], token=os.getenv("LINKAGE_TOKEN"), ca=os.getenv("LINKAGE_CA")
    ) as client:
        night = Night(client.register(mapping["地区"]), mapping, state)
        night.open_cases(cases)
        night.send(events)
        night.report()


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:3]))
    except LinkageError as error:
        sys.exit(f"没有完成，可以直接重跑：{error}")
    except UnicodeDecodeError:
        sys.exit(f"导出文件不是 {ENCODING} 编码：老系统导出的，设 EXPORT_ENCODING=gb18030 再跑")
