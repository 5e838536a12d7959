"""Settings: published defaults, a YAML file, the environment, the command line; the later one wins.

A setting has one dotted name everywhere: ``log.acknowledge`` is ``log: {acknowledge: …}`` in the file,
``LINKAGE_LOG_ACKNOWLEDGE`` in the environment and ``--set log.acknowledge=…`` on the command line. Every
value is read from text by the same function. What is wrong is a coded fault with its place, all of them at
once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from policy.engines import ENGINES, NATIVE
from policy.pack.reader import Reader, Schema
from policy.text import nodes
from policy.text.diagnostics import Fault, Faults, Words, suggest
from policy.text.secrets import masked
from policy.text.source import Source, SourceError, Span, read_source, whole
from server.settings.leads import EXPECTED, leads_of
from server.settings.lights import EXPECTED as LIGHTS_EXPECTED
from server.settings.lights import lights_of
from server.settings.limits import MIB, Limits, bounded

PREFIX = "LINKAGE_"
OTHER_VARIABLES = frozenset({"LINKAGE_CONFIG", "LINKAGE_LANG", "LINKAGE_TOKEN"})
"""Variables of the command line that are no settings of the server."""

AUTO_ENGINE = "auto"
"""The native core where it is installed, else the compiled engine."""

Value = str | int | float | bool
T = TypeVar("T")

_Values = dict[str, tuple[Value, Span]]
"""Values by the names of their settings, and where each stands."""


def said(
    default: str | bool,
    says: str,
    allowed: tuple[str, ...] = (),
    shown: bool = True,
    read: tuple[Callable[[str], object], Words] | None = None,
) -> Any:
    """A field of text or yes and no, with what it is; ``allowed`` lists the only values of a text.

    ``shown`` False: it may hold a password, and is left out where settings are printed. ``read`` raises
    ValueError for a text that it is not, and the words beside it say what is expected then.
    """
    told = {"says": says, "allowed": allowed, "shown": shown, "read": read}
    return field(default=default, repr=shown, metadata=told)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The decision log."""

    enabled: bool = said(True, "whether decisions are logged")
    acknowledge: bool = said(
        True, "whether an answer waits until its decision is durable; one to a call with a key always does"
    )
    queue: int = bounded(10_000, 1, 1_000_000, "decisions waiting to be written; then RESOURCE_EXHAUSTED")
    queue_bytes: int = bounded(
        256 * MIB, MIB, 8 * 1024 * MIB, "bytes of decisions waiting to be written; then RESOURCE_EXHAUSTED"
    )
    group: int = bounded(500, 1, 10_000, "decisions in one transaction at most")
    keys: str = said("auto", "file of the log's keys; auto: beside the SQLite file, or ./linkage.keys")


@dataclass(frozen=True, slots=True)
class RegisterSettings:
    """The register, which is kept in the database of the decision log."""

    enabled: bool = said(True, "whether cases are registered, where decisions are logged")
    tick_seconds: float = bounded(1.0, 0.05, 3_600.0, "how often it looks for cases of which time has come")
    due_soon: str = said(
        "24h",
        "how long before it is due a duty is due soon; districts that have another after it: 24h liwan=48h",
        read=(leads_of, EXPECTED),
    )
    adopt: str = said(
        "ask",
        "whether open cases that other rules would change wait for `linkage register adopt`, or move at once",
        ("ask", "at_once"),
    )
    lights: str = said(
        "",
        "from where on a figure of a district's board is yellow and red, where the district has set it: "
        "liwan.past_due=1,5 liwan.in_time_rate=0.9,0.8",
        read=(lights_of, LIGHTS_EXPECTED),
    )
    district_file: str = said("district", "id of the case that is each district's own file")


@dataclass(frozen=True, slots=True)
class NoticesSettings:
    """Who is told what becomes of obligations."""

    subscriptions: str = said("", "file of those who are told by themselves, docs/notices.md; empty: nobody")
    poll_seconds: float = bounded(
        1.0, 0.05, 60.0, "how often it is looked for what other processes have written"
    )
    heartbeat_seconds: float = bounded(
        15.0, 0.05, 300.0, "after so long without anything to tell a watch is told that, with a fresh token"
    )
    attempts: int = bounded(100, 1, 10_000, "how often a notice is tried at most")
    give_up_days: float = bounded(3.0, 0.001, 365.0, "how long after its first attempt a notice is given up")
    keep_days: float = bounded(30.0, 0.001, 3_650.0, "how long it is kept which notices were delivered")


@dataclass(frozen=True, slots=True)
class BundleSettings:
    """Rules that are published and signed, in place of a folder."""

    repository: str = said(
        "", "folder or URL of the repository whose newest publication serves; empty: the folder `rules`"
    )
    root: str = said("", "file of the repository's root, had by another way: its metadata/1.root.json")
    kept: str = said("linkage.published", "folder, of this service alone, of the last good publication")
    poll_seconds: float = bounded(60.0, 1.0, 86_400.0, "how often it is looked for a newer one")


@dataclass(frozen=True, slots=True)
class OperationsSettings:
    """What those who run the service see of it."""

    address: str = said(
        "auto",
        "host and port of figures and probes; auto: 127.0.0.1:9464, or a free port where that is taken or "
        "that of `address` is 0; off: none",
    )


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The calls over HTTP."""

    address: str = said(
        "auto",
        "host and port of JSON over HTTP; auto: 127.0.0.1:8080, or a free port where that is taken or that "
        "of `address` is 0; off: none",
    )
    cors_origins: str = said(
        "", "origins whose pages may call from a browser, with spaces between; `*`: every one; empty: none"
    )


@dataclass(frozen=True, slots=True)
class TracesSettings:
    """Traces of calls."""

    enabled: bool = said(False, "whether calls are traced; the exporter is set by OTEL_… variables")


@dataclass(frozen=True, slots=True)
class ShadowSettings:
    """Live decisions decided again by another engine, and compared."""

    engine: str = said("durable", "the engine that decides again", (*ENGINES, NATIVE))
    share: float = bounded(0.0, 0.0, 1.0, "share of the decisions that are decided again; 0 for none")
    queue: int = bounded(100, 1, 10_000, "decisions waiting to be decided again; further ones are dropped")
    report_seconds: float = bounded(60.0, 0.1, 86_400.0, "how often the counts are logged")


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Transport encryption: PEM files, taken up again when they change."""

    certificate: str = said("", "file of the server's certificate and those that lead to its authority")
    key: str = said("", "file of the certificate's private key")
    client_ca: str = said("", "file of the authority of the clients: each of them must show a certificate")


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """Who calls."""

    callers: str = said("", "file of the callers and their rights; without it everybody is `local`")
    keys: str = said("", "file of the hashes of API keys, which `linkage keys` changes")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. Durations are seconds."""

    address: str = said("127.0.0.1:50051", "host and port to listen on; port 0 takes any free one")
    rules: str = said("rules", "folder of the rules")
    sources: str = said("sources", "folder of the attached documents, which answers quote")
    database: str = said("sqlite:///linkage.sqlite3", "where the decision log is kept", shown=False)
    workers: int = bounded(1, 1, 64, "server processes that share the port; several take Linux")
    calls: str = said("all", "which calls have a line in the log", ("all", "failures"))
    reflection: bool = said(True, "whether clients may ask for the schemas")
    grace_seconds: float = bounded(10.0, 0.0, 600.0, "how long running calls may take when the service stops")
    notice_seconds: float = bounded(
        0.0, 0.0, 600.0, "how long health says NOT_SERVING before calls are refused"
    )
    engine: str = said(
        AUTO_ENGINE,
        "what decides; auto: native where it is installed, else compiled; all give the same answers",
        (AUTO_ENGINE, NATIVE, *ENGINES),
    )
    insecure: bool = said(False, "whether others may reach it without TLS and without callers being known")
    tls: TlsSettings = field(default_factory=TlsSettings)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    bundle: BundleSettings = field(default_factory=BundleSettings)
    log: LogSettings = field(default_factory=LogSettings)
    register: RegisterSettings = field(default_factory=RegisterSettings)
    notices: NoticesSettings = field(default_factory=NoticesSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    operations: OperationsSettings = field(default_factory=OperationsSettings)
    traces: TracesSettings = field(default_factory=TracesSettings)
    shadow: ShadowSettings = field(default_factory=ShadowSettings)
    limits: Limits = field(default_factory=Limits)


class SettingsError(Exception):
    """Settings that cannot be used; ``faults``: everything wrong with them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(item.code for item in self.faults))


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: dotted name, default, and the metadata of its field."""

    name: str
    default: Value
    meta: Mapping[str, Any]

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return PREFIX + self.name.replace(".", "_").upper()


def _table(cls: type, prefix: str = "") -> dict[str, Setting]:
    table: dict[str, Setting] = {}
    for item in fields(cls):
        if item.default is MISSING:
            table |= _table(cast(type, item.default_factory), f"{prefix}{item.name}.")
        else:
            table[prefix + item.name] = Setting(prefix + item.name, cast(Value, item.default), item.metadata)
    return table


SETTINGS: Mapping[str, Setting] = _table(Settings)
"""Every setting by its dotted name."""

_SHOWN = frozenset(
    name.split(".")[-1] for name, setting in SETTINGS.items() if setting.meta.get("shown", True)
)
"""Names of settings whose values may be shown."""


@dataclass(frozen=True, slots=True)
class Given:
    """Settings as they were given. Those that are wrong have their defaults; ``faults`` says which.

    ``origins``: where each setting that is not by default comes from; no secret is in the texts there.
    """

    settings: Settings
    origins: Mapping[str, Span]
    faults: Faults


def settings_from(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of a file, an environment and options (dotted name -> text). Raises ``SettingsError``."""
    found = given_by(file, environment, options)
    if found.faults.errors:
        raise SettingsError(found.faults)
    return found.settings


def given_by(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Given:
    """The same with where each comes from, and whatever is wrong."""
    faults = Faults()
    values: _Values = {}
    if file is not None:
        values |= _from_file(file, faults)
    for setting in SETTINGS.values():
        if environment and setting.variable in environment:
            text = environment[setting.variable]
            _put(values, setting, text, whole(setting.variable), faults)
    for name, text in sorted((options or {}).items()):
        if name in SETTINGS:
            _put(values, SETTINGS[name], text, whole(f"--set {name}"), faults)
        else:
            faults.add("LNK952", None, suggest(name, SETTINGS), name=name)
    settings = _built(Settings, {name: value for name, (value, _) in values.items()})
    return Given(settings, {name: span for name, (_, span) in values.items()}, faults)


def settings_text(settings: Settings) -> dict[str, str]:
    """Settings as text by their dotted names: ``settings_from(options=…)`` gives the same settings."""
    texts = {name: value_text(value_of(settings, name)) for name in SETTINGS}
    return {name: text for name, text in texts.items() if text}  # what is empty cannot be set, but by default


def value_of(settings: Settings, name: str) -> Value:
    """The value of the setting with this dotted name."""
    found: Any = settings
    for part in name.split("."):
        found = getattr(found, part)
    return cast(Value, found)


def value_text(value: Value) -> str:
    """A value as it is written in a file, the environment or an option."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none, save those that Kubernetes makes for a service."""
    known = OTHER_VARIABLES | {setting.variable for setting in SETTINGS.values()}
    ours = (name for name in environment if name.startswith(PREFIX) and name not in known)
    return sorted(name for name in ours if "_SERVICE_" not in name and not name.startswith("LINKAGE_PORT"))


def _from_file(path: Path, faults: Faults) -> _Values:
    try:
        source = read_source(path, path.name)
    except SourceError as error:
        faults.add(error.code, whole(path.name), "", **error.details)
        return {}
    found = Faults()
    root = nodes.parse(source, found)
    values: _Values = {}
    if root is not None:
        _section(Reader(found), root, "", values)
    faults.extend(_unsecret(found, source))
    shown = Source(source.name, _shown(source.text))
    return {name: (value, replace(span, source=shown)) for name, (value, span) in values.items()}


def _unsecret(found: Iterable[Fault], source: Source) -> Iterator[Fault]:
    """The faults of a file, with no more of it in their words and lines than nobody minds."""
    shown = Source(source.name, _shown(source.text))
    for item in found:
        args = tuple(
            (name, masked(value))
            if isinstance(value, str) and value in source.text and value not in shown.text
            else (name, value)
            for name, value in item.args
        )
        yield replace(item, span=item.span and replace(item.span, source=shown), args=args)


_LINE = re.compile(r"(\s*(?:-\s+)?[\"']?([\w.]+)[\"']?\s*:(?:\s+|$))(.*)", re.DOTALL)


def _shown(text: str) -> str:
    """The file as messages show it: of the values, those alone that nobody minds, under their right names."""
    return "".join(_shown_line(line) for line in text.splitlines(keepends=True))


def _shown_line(line: str) -> str:
    found = _LINE.fullmatch(line)
    if found is None:
        return line if line.lstrip().startswith("#") else masked(line)
    plain = found[2].split(".")[-1] in _SHOWN and not set(found[3]) & set("@{[&*!|>")
    return line if plain else found[1] + masked(found[3])


def _section(reader: Reader, node: nodes.Node, prefix: str, values: _Values) -> None:
    inner = [name.removeprefix(prefix) for name in SETTINGS if name.startswith(prefix)]
    keys = tuple(dict.fromkeys(name.split(".")[0] for name in inner))
    found = reader.fields(node, Schema(Words("设置文件", "the settings file"), optional=keys)) or {}
    for key, value in found.items():
        setting = SETTINGS.get(prefix + key)
        if setting is None:
            _section(reader, value, f"{prefix}{key}.", values)
        elif isinstance(value, nodes.Scalar):
            _put(values, setting, value.text, value.span, reader.faults)
        else:
            reader.faults.add("LNK951", value.span, name=setting.name, expected=_expected(setting))


def _put(values: _Values, setting: Setting, text: str, span: Span, faults: Faults) -> None:
    value = _parsed(setting, text.strip())
    if value is None:
        faults.add("LNK951", span, name=setting.name, expected=_expected(setting))
    else:
        values[setting.name] = value, span


def _parsed(setting: Setting, text: str) -> Value | None:
    """The value, or None where the text is not one."""
    default = setting.default
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(text)
    if isinstance(default, str):
        allowed, read = setting.meta["allowed"], setting.meta["read"]
        good = text and (not allowed or text in allowed) and (read is None or _reads(read[0], text))
        return text if good else None
    try:
        number = type(default)(text)
    except ValueError:
        return None
    return number if setting.meta["low"] <= number <= setting.meta["high"] else None


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _expected(setting: Setting) -> Words:
    if isinstance(setting.default, bool):
        return Words("true 或 false", "true or false")
    if isinstance(setting.default, str):
        allowed = setting.meta["allowed"]
        if setting.meta["read"] is not None:
            return cast(Words, setting.meta["read"][1])
        return Words("、".join(allowed), " or ".join(allowed)) if allowed else Words("非空的文字", "a text")
    low, high = f"{setting.meta['low']:,.10g}", f"{setting.meta['high']:,.10g}"
    kind = ("整数", "an integer") if isinstance(setting.default, int) else ("数", "a number")
    return Words(f"{low} 到 {high} 的{kind[0]}", f"{kind[1]} from {low} to {high}")


def _built(cls: type[T], values: Mapping[str, Value], prefix: str = "") -> T:
    arguments: dict[str, Any] = {}
    for item in fields(cast(Any, cls)):
        name = prefix + item.name
        if item.default is MISSING:
            arguments[item.name] = _built(cast(type, item.default_factory), values, f"{name}.")
        elif name in values:
            arguments[item.name] = values[name]
    return cls(**arguments)
