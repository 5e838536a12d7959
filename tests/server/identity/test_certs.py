"""``linkage certs`` over the years: an authority that ends is told, refused, and renewed for the same key."""

import datetime
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from policy.cli import run
from server.cli import app
from server.identity import development, transport
from server.identity.transport import SOON_DAYS, Transport, read_material
from server.identity.watched import FileError
from server.settings.config import TlsSettings
from server.settings.logs import Level, configure
from tests.server.logging_state import restored_logging

Certs = Callable[..., tuple[int, str]]


@pytest.fixture
def certs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Certs:
    monkeypatch.chdir(tmp_path)

    def running(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["linkage", "--lang", "en", "certs", *words])
        code = run(app)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return running


def aged(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Authorities that are made now end in so many days."""
    monkeypatch.setattr(development, "AUTHORITY_DAYS", days)


def certificate(name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Path(f"certs/{name}.pem").read_bytes())


def test_an_authority_that_has_ended_issues_nothing(certs: Certs, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(monkeypatch, 0)
    assert certs("--host", "gate.example.com")[0] == 0
    code, text = certs("--client", "court")
    assert code == 2
    assert text.startswith("certs/ca.pem: error LNK992: ")
    assert "--renew-authority" in text
    assert not Path("certs/court.pem").exists()
    monkeypatch.undo()


def test_an_authority_that_ends_soon_is_told(certs: Certs, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(monkeypatch, SOON_DAYS - 1)
    certs()
    code, text = certs("--client", "court")
    assert (code, "warning LNK993" in text, Path("certs/court.pem").exists()) == (0, True, True)
    aged(monkeypatch, SOON_DAYS + 1)
    assert "LNK993" not in certs("--out", "other")[1]
    assert "LNK993" not in certs("--out", "other", "--client", "court")[1]


def test_a_renewed_authority_has_its_old_key(certs: Certs, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(monkeypatch, 0)
    certs("--host", "gate.example.com", "--host", "192.0.2.7", "--client", "court")
    old, key = certificate("ca"), Path("certs/ca.key").read_bytes()
    client = certificate("court")
    aged(monkeypatch, 365)
    code, text = certs("--renew-authority")
    assert code == 0
    assert text.split() == [f"certs/{name}" for name in ("ca.pem", "ca.key", "server.pem", "server.key")]
    new, server = certificate("ca"), certificate("server")
    assert Path("certs/ca.key").read_bytes() == key
    assert Path("certs/ca.key").stat().st_mode & 0o777 == 0o600
    assert new.not_valid_after_utc - old.not_valid_after_utc > datetime.timedelta(days=364)
    assert development.hosts_of(server) == ["gate.example.com", "192.0.2.7"]
    for issued in (server, client):  # what the old one issued is good again, too
        issued.verify_directly_issued_by(new)
    assert certs("--client", "police")[0] == 0


def test_where_nothing_is_renewing_makes_it(certs: Certs) -> None:
    assert certs("--renew-authority")[0] == 0
    assert development.hosts_of(certificate("server")) == ["localhost", "127.0.0.1", "::1"]


def test_a_server_whose_clients_have_no_authority_any_more(
    certs: Certs, monkeypatch: pytest.MonkeyPatch
) -> None:
    certs("--out", "certs")
    aged(monkeypatch, 0)
    certs("--out", "old")
    tls = TlsSettings("certs/server.pem", "certs/server.key", "old/ca.pem")
    with pytest.raises(FileError) as caught:
        read_material(tls)
    assert [item.code for item in caught.value.faults] == ["LNK992"]
    # One that holds is enough: authorities follow each other.
    both = Path("old/ca.pem").read_bytes() + Path("certs/ca.pem").read_bytes()
    Path("both.pem").write_bytes(both)
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        read_material(TlsSettings(tls.certificate, tls.key, "both.pem"))
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["event"], line["code"], line["file"], line["days"]) == (
        "authority_expires", "LNK993", "both.pem", -1
    )  # fmt: skip


def test_a_service_that_runs_for_long_is_told_too(certs: Certs, monkeypatch: pytest.MonkeyPatch) -> None:
    certs()
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        tls = Transport(TlsSettings("certs/server.pem", "certs/server.key", "certs/ca.pem"))
        start = transport._now()
        for days in (0.5, 1.5, 61, 61.5, 62.5):
            monkeypatch.setattr(transport, "_now", lambda days=days: start + datetime.timedelta(days=days))
            tls.refresh()
    lines = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert [(line["file"], line["days"]) for line in lines] == [("server.pem", 28), ("server.pem", 27)]
