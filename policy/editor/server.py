"""The language server: ``asking`` and ``workspace`` over the Language Server Protocol, on standard input.

Faults are those of ``linkage check`` of the whole rules folder, with what is not saved yet in place of the
files. They are looked for once nothing has been typed for a moment, on a thread of their own, so that
completion never waits for them; what was found of a text that has changed meanwhile is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from policy.editor.asking import hover, mark_at, offers, renamed, symbols
from policy.editor.formatting import formatted
from policy.editor.workspace import Workspace
from policy.text.diagnostics import Fault, Faults, Severity, fault, to_dict
from policy.text.source import Source, Span

PAUSE = 0.3
"""Seconds without typing before the faults are looked for."""
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "field": lsp.CompletionItemKind.Field,
    "code": lsp.CompletionItemKind.EnumMember,
    "value": lsp.CompletionItemKind.Value,
    "variable": lsp.CompletionItemKind.Variable,
    "term": lsp.CompletionItemKind.Function,
}


class RulesServer(LanguageServer):
    """A server for one rules folder. ``lang`` "" takes the editor's language, Chinese where it says none."""

    def __init__(self, root: Path, sources: Path, lang: str) -> None:
        super().__init__("linkage", version("linkage-policy"))
        self.rules = Workspace(root.resolve(), sources)
        self.lang = lang
        self._waiting: asyncio.Task[None] | None = None
        self._shown: set[str] = set()

    # -- names of files, and places

    def name_of(self, uri: str) -> str:
        """The name of a file within the rules folder; "" for one outside."""
        path = Path(to_fs_path(uri) or "").resolve()
        return path.relative_to(self.rules.root).as_posix() if path.is_relative_to(self.rules.root) else ""

    def uri_of(self, name: str) -> str:
        """The address of a file of the rules."""
        return from_fs_path(str(self.rules.root / name)) or ""

    def source_at(self, uri: str) -> Source | None:
        """The text of a file of the rules as it stands in the editor."""
        return self.rules.source(self.name_of(uri)) if self.name_of(uri) else None

    def range_of(self, span: Span) -> lsp.Range:
        """A place in the units that the client counts in."""
        return lsp.Range(self._position(span.source, span.start), self._position(span.source, span.end))

    def _position(self, source: Source, offset: int) -> lsp.Position:
        line, column = source.position(min(offset, len(source.text)))
        before = source.line_text(line)[: column - 1]
        return lsp.Position(line - 1, self.workspace.position_codec.client_num_units(before))

    def offset_of(self, source: Source, place: lsp.Position) -> int:
        """The offset of a place that the client names."""
        text = source.line_text(place.line + 1)
        units = self.workspace.position_codec.client_num_units
        column = next((n for n in range(len(text)) if units(text[:n]) >= place.character), len(text))
        lines = source.text.split("\n")[: place.line]
        return sum(len(line) + 1 for line in lines) + column

    # -- faults

    def changed(self) -> None:
        """Faults are looked for once nothing has changed for a moment."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        await asyncio.sleep(PAUSE)
        found = await asyncio.to_thread(self.rules.faults)
        self._publish(found)

    def _publish(self, found: Mapping[str, list[Fault]]) -> None:
        for name in sorted(self._shown | found.keys() - {""}):
            items = [self._diagnostic(item) for item in found.get(name, ())]
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(self.uri_of(name), items))
        self._shown = set(found) - {""}

    def _diagnostic(self, item: Fault) -> lsp.Diagnostic:
        said = to_dict(item, self.lang)
        lines = [str(said["message"]), str(said["help"])]
        if item.suggestion:
            lines.append(
                f"是不是“{item.suggestion}”？" if self.lang == "zh" else f"did you mean “{item.suggestion}”?"
            )
        place = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        if item.span is not None and item.span.source.text:
            place = self.range_of(item.span)
        text = "\n".join(line for line in lines if line)
        return lsp.Diagnostic(place, text, _SEVERITIES[item.severity], item.code, source="linkage")

    def refuse(self, item: Fault) -> None:
        """Tells the person why nothing was done."""
        said = to_dict(item, self.lang)
        self.window_show_message(
            lsp.ShowMessageParams(
                lsp.MessageType.Warning, " ".join((str(said["message"]), str(said["help"])))
            )
        )


def serve(root: Path, sources: Path, lang: str) -> None:
    """Serves on standard input and output until the editor ends it."""
    made(root, sources, lang).start_io()


def made(root: Path, sources: Path, lang: str) -> RulesServer:
    """The server with everything that it answers."""
    server = RulesServer(root, sources, lang)
    for name, answer in _ANSWERS.items():
        server.feature(name, *_OPTIONS.get(name, ()))(_bound(server, answer))
    return server


def _bound(server: RulesServer, answer: Callable[..., Any]) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    async def call(params: Any) -> Any:
        return answer(server, params)

    return call


def _initialized(server: RulesServer, params: lsp.InitializeParams) -> None:
    locale = params.locale or ""
    server.lang = server.lang or ("en" if locale.startswith("en") else "zh")


def _opened(
    server: RulesServer, params: lsp.DidOpenTextDocumentParams | lsp.DidChangeTextDocumentParams
) -> None:
    uri = params.text_document.uri
    if name := server.name_of(uri):
        server.rules.open(name, server.workspace.get_text_document(uri).source)
        server.changed()


def _closed(server: RulesServer, params: lsp.DidCloseTextDocumentParams) -> None:
    server.rules.close(server.name_of(params.text_document.uri))
    server.changed()


def _saved(server: RulesServer, _: Any) -> None:
    server.changed()


def _complete(server: RulesServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    source = server.source_at(params.text_document.uri)
    if source is None:
        return None
    found = offers(server.rules, source, server.offset_of(source, params.position), server.lang)
    items = [
        lsp.CompletionItem(
            label=one.text,
            label_details=lsp.CompletionItemLabelDetails(description=one.means),
            detail=one.means or None,
            filter_text=f"{one.text} {one.means}",
            insert_text=f"{one.text}: " if one.colon else one.text,
            kind=_KINDS.get(one.kind, lsp.CompletionItemKind.Reference),
            sort_text=f"{number:05}",
        )
        for number, one in enumerate(found)
    ]
    return lsp.CompletionList(False, items)


def _hover(server: RulesServer, params: lsp.HoverParams) -> lsp.Hover | None:
    source = server.source_at(params.text_document.uri)
    if source is None:
        return None
    text = hover(server.rules, source, server.offset_of(source, params.position), server.lang)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None


def _places(server: RulesServer, params: Any, new: bool | None) -> list[lsp.Location]:
    source = server.source_at(params.text_document.uri)
    if source is None:
        return []
    mark = mark_at(server.rules, source.name, server.offset_of(source, params.position))
    found = server.rules.same(source.name, mark) if mark is not None else []
    return [
        lsp.Location(server.uri_of(file), server.range_of(other.span))
        for file, other in found
        if new is None or other.new is new
    ]


def _definition(server: RulesServer, params: lsp.DefinitionParams) -> list[lsp.Location]:
    return _places(server, params, True)


def _references(server: RulesServer, params: lsp.ReferenceParams) -> list[lsp.Location]:
    return _places(server, params, None if params.context.include_declaration else False)


def _rename(server: RulesServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    source = server.source_at(params.text_document.uri)
    if source is None:
        return None
    offset = server.offset_of(source, params.position)
    edits, refused = renamed(server.rules, source.name, offset, params.new_name)
    if refused is not None:
        server.refuse(refused)
        return None
    return lsp.WorkspaceEdit(
        changes={
            server.uri_of(file): [
                lsp.TextEdit(server.range_of(Span(at, start, end)), text) for at, start, end, text in places
            ]
            for file, places in edits.items()
        }
    )


def _format(server: RulesServer, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    source = server.source_at(params.text_document.uri)
    if source is None:
        return None
    text = formatted(source, Faults())
    if text is None:
        server.refuse(fault("LNK321", None))
        return None
    return (
        []
        if text == source.text
        else [lsp.TextEdit(server.range_of(Span(source, 0, len(source.text))), text)]
    )


def _symbols(server: RulesServer, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    source = server.source_at(params.text_document.uri)
    found = symbols(server.rules, source.name, server.lang) if source is not None else []
    return [
        lsp.DocumentSymbol(
            name=mark.name,
            kind=lsp.SymbolKind.Key,
            range=server.range_of(mark.span),
            selection_range=server.range_of(mark.span),
            detail=says or None,
        )
        for mark, says in found
    ]


_ANSWERS: Mapping[str, Callable[[RulesServer, Any], Any]] = {
    lsp.INITIALIZE: _initialized,
    lsp.TEXT_DOCUMENT_DID_OPEN: _opened,
    lsp.TEXT_DOCUMENT_DID_CHANGE: _opened,
    lsp.TEXT_DOCUMENT_DID_CLOSE: _closed,
    lsp.TEXT_DOCUMENT_DID_SAVE: _saved,
    lsp.TEXT_DOCUMENT_COMPLETION: _complete,
    lsp.TEXT_DOCUMENT_HOVER: _hover,
    lsp.TEXT_DOCUMENT_DEFINITION: _definition,
    lsp.TEXT_DOCUMENT_REFERENCES: _references,
    lsp.TEXT_DOCUMENT_RENAME: _rename,
    lsp.TEXT_DOCUMENT_FORMATTING: _format,
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: _symbols,
}
_OPTIONS = {
    lsp.TEXT_DOCUMENT_COMPLETION: (lsp.CompletionOptions(trigger_characters=[".", '"', "'", "[", ",", " "]),)
}
