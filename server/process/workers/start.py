"""How a worker begins: ``python -m server.process.workers.start SOCKET``.

Before the imports, which take a second: a signal to everything of the service, as `systemctl kill` sends it,
must not end a worker that is about to serve. SIGHUP and SIGINT are the supervisor's to act on.
"""

from __future__ import annotations

import signal

from server.process import early


def main() -> int:
    """Runs the worker; the exit code."""
    early.listen()
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    from server.process.workers.worker import main as work

    return work()


if __name__ == "__main__":
    raise SystemExit(main())
