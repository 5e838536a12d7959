"""A register whose district names contacts: the rules of the register's tests, and a file of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from openpyxl import Workbook

from linkage.v1 import contact_service_pb2 as api
from linkage.v1 import contact_service_pb2_grpc as stubs
from tests.server.migrated import migrated_file
from tests.server.register.conftest import (
    RULES,
    Registered,
    Starting,
    any_database,
    folder_of_keys,
    postgres,
    pytest_addoption,
    start_register,
    update_golden,
)

__all__ = [
    "any_database",
    "folder_of_keys",
    "postgres",
    "pytest_addoption",
    "start_register",
    "update_golden",
]

OWN = Path(__file__).parent / "rules" / "contacts.yaml"
_EVENTS = """\
events:
  mechanism_issued: {zh: 文件印发, en: document issued}
  liaison_appointed: {zh: 到任, en: took office}
  liaison_left: {zh: 离任, en: left office}
  list_submitted: {zh: 报送名单, en: list handed in}
"""
MOBILE = "13" + "8" + "0" * 8
"""Made up, and never written out: no number in this repository is anybody's."""
OFFICE = "020-" + "0" * 7
SURNAMES = ("赵", "钱", "孙", "李")


def with_contacts(root: Path) -> Path:
    """The rules, in a folder of their own."""
    shutil.copytree(RULES, root)
    shutil.copy(OWN, root / "qiaonan" / "contacts.yaml")
    vocabulary = root / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("events:\n", _EVENTS, 1), encoding="utf-8")
    equivalences = root / "equivalences.yaml"
    instrument = "instrument: mechanism_issued\n"
    equivalences.write_text(equivalences.read_text(encoding="utf-8") + instrument, encoding="utf-8")
    return root


class Book:
    """A client of ContactService on a running register."""

    def __init__(self, registered: Registered) -> None:
        self.registered = registered
        self.stub = stubs.ContactServiceStub(registered.channel)

    async def call(self, name: str, **fields: Any) -> Any:
        """An answer to a request in the form of JSON."""
        kind: Any = getattr(api, f"{name}Request")
        request = json_format.ParseDict({"district": "qiaonan", **fields}, kind())
        return await getattr(self.stub, name)(request)

    async def appoint(self, key: str, post: str = "a", body: str = "tax", **more: Any) -> Any:
        """Somebody made up takes office."""
        person = {"name": f"{SURNAMES[len(key) % 4]}某{key}", "mobile": MOBILE}
        fields = {"contact_id": key, "body": body, "role": "fixed", "post": post, "person": person}
        return await self.call("AppointContact", **{**fields, **more})

    async def duty(self, rule: str) -> Any:
        """An obligation of the district's own file."""
        found = await self.registered.duties(include_ended=True, case_id="district")
        return found.get(f"qiaonan.{rule}")

    async def upload(self, book: Workbook, **fields: Any) -> Any:
        """A list that is handed in as a file."""
        into = BytesIO()
        book.save(into)
        request = api.ImportContactsRequest(district="qiaonan", workbook=into.getvalue())
        json_format.ParseDict(fields, request)
        return await self.stub.ImportContacts(request)


def list_of(*rows: tuple[Any, ...], header: tuple[str, ...] = ()) -> Workbook:
    """A list as the annex prints it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(["桥南区联系人名单回执"])
    sheet.append(list(header or ("单 位", "姓 名", "职 务", "固定电话", "手 机")))
    for row in rows:
        sheet.append(list(row))
    return book


@pytest.fixture
async def book(start_register: Starting, any_database: str, tmp_path: Path) -> AsyncIterator[Book]:
    """Contacts on each kind of database in turn."""
    rules = with_contacts(tmp_path / "rules")
    async with start_register(any_database, rules=str(rules)) as found:
        yield Book(found)


@pytest.fixture
async def on_sqlite(start_register: Starting, tmp_path: Path) -> AsyncIterator[Book]:
    """Contacts on SQLite, with HTTP."""
    rules = with_contacts(tmp_path / "rules")
    database = migrated_file(tmp_path / "register.sqlite3")
    async with start_register(database, rules=str(rules), http__address="127.0.0.1:0") as found:
        yield Book(found)
