"""How a process that helps the service begins: ``python -m server.decisions.begin MODULE ARGUMENT``.

Before its imports, which take a second: a signal to everything of the service, as `systemctl kill` and a stop
send it, must not end a process that running calls need. It ends with the service, which it sees by the end of
its input.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module

TOLD = ("SIGTERM", "SIGINT", "SIGHUP")


def command(module: str, argument: str) -> tuple[str, ...]:
    """What starts ``main(argument)`` of a module of this package."""
    return sys.executable, "-m", "server.decisions.begin", module, argument


def main() -> None:
    """Runs the process."""
    for name in TOLD:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)
    _, module, argument = sys.argv
    import_module(f"server.decisions.{module}").main(argument)


if __name__ == "__main__":
    main()
