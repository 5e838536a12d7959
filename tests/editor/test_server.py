"""The language server over standard input, driven by a client of the protocol, as an editor does."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from tests.loading import FIXTURES

DUTIES = "qiaonan/duties.yaml"
PACK = "qiaonan/pack.yaml"
MOST = 240
"""Seconds after which a server that says nothing is taken for dead."""


class Editor:
    """A person's editor with one rules folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client: Any = LanguageClient("editor", "1")
        self.told: dict[str, list[lsp.Diagnostic]] = {}
        self.messages: list[str] = []
        self._news = asyncio.Event()

        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = list(params.diagnostics)
            self._news.set()

        def shown(params: lsp.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        self.client.feature(lsp.WINDOW_SHOW_MESSAGE)(shown)

    async def start(self, locale: str) -> None:
        program = "from policy.cli import main; main()"
        await self.client.start_io(sys.executable, "-c", program, "lsp", "--rules", str(self.root))
        await self.client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(), locale=locale, root_uri=self.root.as_uri()
            )
        )
        self.client.initialized(lsp.InitializedParams())

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def open(self, name: str, text: str, version: int = 1) -> None:
        uri = self.uri(name)
        if version == 1:
            item = lsp.TextDocumentItem(uri, "yaml", version, text)
            self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        else:
            change = lsp.TextDocumentContentChangeWholeDocument(text)
            identifier = lsp.VersionedTextDocumentIdentifier(uri=uri, version=version)
            self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(MOST):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def codes(self, name: str) -> list[str]:
        return [str(item.code) for item in self.told.get(self.uri(name), [])]

    def at(self, text: str, mark: str, into: int = 0) -> lsp.Position:
        offset = text.index(mark) + into
        line = text.count("\n", 0, offset)
        return lsp.Position(
            line, len(text[text.rfind("\n", 0, offset) + 1 : offset].encode("utf-16-le")) // 2
        )

    async def offered(self, name: str, text: str, mark: str) -> dict[str, str | None]:
        self.open(name, text, 2)
        place = self.at(text, mark, len(mark))
        params = lsp.CompletionParams(lsp.TextDocumentIdentifier(self.uri(name)), place)
        found = await self.client.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        return {item.label: item.detail for item in found.items}


@pytest.fixture
async def editor(tmp_path: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    root = tmp_path / "rules"
    shutil.copytree(FIXTURES, root)
    paths = [repo_root, repo_root / "proto" / "gen", repo_root / "proto" / "client"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
    monkeypatch.delenv("LINKAGE_RULES", raising=False)
    made = Editor(root)
    await made.start("zh-CN")
    yield made
    await made.stop()


async def test_a_persons_session(editor: Editor) -> None:
    """What one types is checked, completed, explained, found, renamed and laid out."""
    text = editor.text(DUTIES)
    document = lsp.TextDocumentIdentifier(editor.uri(DUTIES))

    # faults as one types, of the buffer and not of the file, in the editor's language
    editor.open(DUTIES, text)
    wrong = text.replace("bearer: traffic_police", "bearer: trafic_police", 1)
    editor.open(DUTIES, wrong, 2)
    await editor.until(lambda: "LNK302" in editor.codes(DUTIES))
    (found,) = [one for one in editor.told[editor.uri(DUTIES)] if one.code == "LNK302"]
    assert found.range.start == editor.at(wrong, "trafic_police")
    assert found.range.end == editor.at(wrong, "trafic_police", len("trafic_police"))
    assert "是不是“traffic_police”" in found.message

    # half-typed YAML is a fault, and no end of the server
    editor.open(DUTIES, text.replace("deadline: {within", "deadline: {within: [", 1), 3)
    await editor.until(lambda: any(code.startswith("LNK1") for code in editor.codes(DUTIES)))
    editor.open(DUTIES, text, 4)
    await editor.until(lambda: editor.codes(DUTIES) == [])

    # completion, with Chinese labels, where the file does not even parse
    keys = await editor.offered(DUTIES, text + "  - id: qiaonan.x\n    ", "  - id: qiaonan.x\n    ")
    assert keys["bearer"] == "义务主体"
    codes = await editor.offered(DUTIES, text + "  - id: qiaonan.x\n    action: not", "    action: not")
    assert codes["notify_court"]
    clauses = await editor.offered(
        DUTIES, text + '  - id: qiaonan.x\n    basis: ["', 'qiaonan.x\n    basis: ["'
    )
    assert clauses["4"] == "第四条 不得干涉"
    line = "  - id: qiaonan.x\n    each: {found: case.events}\n    when:\n      - {expr: 'found."
    fields = await editor.offered(DUTIES, text + line, "{expr: 'found.")
    assert fields["actor"] == "由哪个单位实施"
    types = await editor.offered(DUTIES, text + line + 'type == "', 'found.type == "')
    assert types["vehicle_seized"]
    params = await editor.offered(DUTIES, text + line.replace("found.", "param."), "{expr: 'param.")
    assert "lost_for" in params
    editor.open(DUTIES, text, 5)

    # hover: a clause, a code, a key
    async def hovered(mark: str, into: int) -> str:
        place = editor.at(text, mark, into)
        said = await editor.client.text_document_hover_async(lsp.HoverParams(document, place))
        assert said is not None
        assert isinstance(said.contents, lsp.MarkupContent)
        return said.contents.value

    assert "第六条 不履行的通报" in await hovered('consequence: ["6"]', 15)
    assert "notify_court" in await hovered("action: notify_court", 10)
    assert "义务主体" in await hovered("bearer: traffic_police", 2)
    assert "下落不明超过规定期间并经居委会证实" in await hovered("lost_and_confirmed(debtor)", 4)

    # definition in another file; references; a new name in every file
    place = editor.at(text, "lost_and_confirmed(debtor)", 4)
    pack = editor.text(PACK)
    where = await editor.client.text_document_definition_async(lsp.DefinitionParams(document, place))
    assert isinstance(where, list)
    assert isinstance(where[0], lsp.Location)
    assert where[0].uri == editor.uri(PACK)
    assert where[0].range.start == editor.at(pack, "lost_and_confirmed:")
    rule = editor.at(text, "qiaonan.search.do", 4)
    used = await editor.client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(False), document, rule)
    )
    assert used
    edit = await editor.client.text_document_rename_async(lsp.RenameParams(document, place, "lost_for_good"))
    assert edit is not None
    assert edit.changes is not None
    assert set(edit.changes) == {editor.uri(PACK), editor.uri(DUTIES)}
    assert all(one.new_text == "lost_for_good" for edits in edit.changes.values() for one in edits)
    assert await editor.client.text_document_rename_async(lsp.RenameParams(document, place, "失踪")) is None
    await editor.until(lambda: any("失踪" in message for message in editor.messages))

    # symbols, and one form
    listed = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert listed
    assert {"qiaonan.vehicle.notify"} <= {one.name for one in listed}
    editor.open(DUTIES, "duties:\n-   id: qiaonan.x # 一\n", 6)
    options = lsp.FormattingOptions(2, True)
    edits = await editor.client.text_document_formatting_async(
        lsp.DocumentFormattingParams(document, options)
    )
    assert edits
    assert edits[0].new_text == "duties:\n  - id: qiaonan.x # 一\n"
