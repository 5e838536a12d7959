"""A connection that can be cut: a proxy between client and service."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

_ANSWER_BYTES = 1000
"""What is larger, from the service, is the answer to a case, and none of HTTP/2's own frames."""


class Cutting:
    """Passes bytes both ways on a port of its own; ``cut`` ends every connection, as a fallen line does."""

    def __init__(self, address: str) -> None:
        self._service = _place(address)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.connections = 0
        """How many have been made."""
        self.swallow = 0
        """How many answers are still to be lost, each with its connection."""

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def moved(self, address: str) -> None:
        """New connections go to another service."""
        self._service = _place(address)

    def cut(self) -> None:
        """Ends what is connected; new connections are taken."""
        with self._lock:
            ended, self._open = self._open, set()
        for one in ended:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def __enter__(self) -> Cutting:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    service = socket.create_connection(self._service)
                except OSError:  # nobody is there now
                    client.close()
                    continue
                with self._lock:
                    self._open |= {client, service}
                    self.connections += 1
                for pair in ((client, service, False), (service, client, True)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self.swallow and len(data) > _ANSWER_BYTES:
                    self.swallow -= 1
                    self.cut()
                    return
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)
