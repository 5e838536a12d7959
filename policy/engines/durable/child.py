"""A child process that answers frames: started when first asked, killed when it fails, then started again.

A frame is its length (four bytes, big end first) and its content. The child reads them from standard input
and answers each on standard output; it ends where there are no more.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Sequence

_READ = 1 << 20


class ChildError(Exception):
    """The child gave no answer: ``reason`` is died or too_slow. It is gone now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """Runs ``command``; waits at most ``seconds`` for an answer. One thread at a time, ``kill`` from any."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._started = 0

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return None if self._process is None else self._process.pid

    def running(self) -> int:
        """Starts a process unless one runs; gives its number, which tells a new process from the last.

        Raises ``ChildError``.
        """
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            self._line, theirs = socket.socketpair()
            self._started += 1
            with theirs:
                try:
                    # Its own session: an interrupt at the terminal is the parent's. What it writes when it
                    # fails may quote facts: nobody reads it.
                    self._process = subprocess.Popen(  # noqa: S603 - a command of our own
                        self._command,
                        stdin=theirs.fileno(),
                        stdout=theirs.fileno(),
                        stderr=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                except OSError as error:
                    self.stop()
                    raise ChildError("died") from error
        return self._started

    def exchange(self, request: bytes) -> bytes:
        """The answer of the process that runs. Raises ``ChildError``."""
        line = self._line
        if line is None:
            raise ChildError("died")
        try:
            return self._answer(line, request)
        except TimeoutError as error:
            self.stop()
            raise ChildError("too_slow") from error
        except (OSError, EOFError) as error:
            self.stop()
            raise ChildError("died") from error
        except BaseException:  # interrupted: the next call must not read what is left of this one
            self.stop()
            raise

    def kill(self) -> None:
        """Kills the process, if one runs; ``exchange`` then fails. ``stop`` has to follow."""
        process = self._process
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """Ends the process, if one runs, and waits for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None

    def _answer(self, line: socket.socket, request: bytes) -> bytes:
        until = time.monotonic() + self._seconds
        line.settimeout(self._seconds)
        line.sendall(len(request).to_bytes(4, "big") + request)
        return _read(line, int.from_bytes(_read(line, 4, until), "big"), until)


def _read(line: socket.socket, length: int, until: float) -> bytes:
    """Exactly ``length`` bytes. Raises ``EOFError``, and ``TimeoutError`` at the monotonic time ``until``."""
    parts = bytearray()
    while len(parts) < length:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        part = line.recv(min(length - len(parts), _READ))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
