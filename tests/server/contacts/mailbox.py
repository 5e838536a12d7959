"""A mail server for tests: aiosmtpd on a free port of this machine, with TLS, that answers as the test
says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from server.identity.development import authority, server_pair


@dataclass
class Mailbox:
    """What it was sent, and how it answers: to a recipient, and to a letter."""

    port: int = 0
    recipient: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)
    sent_to: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes a recipient, or says why not."""
        answer = self.recipient.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes a letter, or says why not."""
        if self.answer.startswith("2"):
            made = message_from_bytes(cast(bytes, envelope.original_content), policy=policy.default)
            self.letters.append(made)
            self.sent_to.append(list(envelope.rcpt_tos))
            self.encrypted.append(session.ssl is not None)
        return self.answer

    def login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        """Takes one password."""
        given = cast(LoginPassword, data)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"right", handled=False)


@asynccontextmanager
async def mailbox(context: ssl.SSLContext | None, *, starttls: bool = True) -> AsyncIterator[Mailbox]:
    """A mail server while the block lasts. ``context`` None: it cannot encrypt."""
    box = Mailbox()
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            box,
            hostname="mail.test",
            tls_context=context if starttls else None,
            authenticator=box.login,
            auth_require_tls=False,
            enable_SMTPUTF8=False,
        )

    own = None if starttls else context
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=own)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


def authority_in(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The certificate of a mail server on this machine, and what trusts it."""
    own = authority()
    own.write(folder, "mail-ca")
    server_pair(own, ["localhost"]).write(folder, "mail")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mail.pem", folder / "mail.key")
    return context, ssl.create_default_context(cafile=str(folder / "mail-ca.pem"))
