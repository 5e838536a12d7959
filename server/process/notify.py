"""What systemd is told of the service, where it asks for it: sd_notify(3), Type=notify and notify-reload.

A datagram of lines to the socket that NOTIFY_SOCKET names is all there is to it; the protocol is stable, and
systemd's own manual says to write these lines rather than to depend on a library. Elsewhere nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

SOCKET, WATCHDOG, WATCHDOG_PID = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"
_USEC = 1_000_000


def notify(*lines: str) -> None:
    """Sends the lines, where somebody asks for them. What cannot be sent is left unsaid."""
    address = os.environ.get(SOCKET, "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.sendto("\n".join(lines).encode(), address)


def ready(status: str) -> None:
    """Calls are taken: from now on, or again after rules were loaded."""
    notify("READY=1", f"STATUS={status}")


def stopping() -> None:
    """The service has been told to stop, or stops by itself."""
    notify("STOPPING=1", "STATUS=draining")


def announced(reload: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    """``reload``, with its beginning and end told: `systemctl reload` waits for the end."""

    async def reloading() -> bool:
        # Later than the signal that asked for it, which systemd sent by this very clock.
        notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=loading the rules")
        taken = await reload()
        ready("serving the new rules" if taken else "the new rules were refused; the last good ones serve")
        return taken

    return reloading


async def watchdog() -> None:
    """Tells, as often as systemd wants to hear it, that the loop turns; until it is cancelled."""
    wanted, whose = os.environ.get(WATCHDOG, ""), os.environ.get(WATCHDOG_PID, "")
    if not wanted.isdecimal() or whose not in ("", str(os.getpid())):
        return
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(wanted) / _USEC / 2)
