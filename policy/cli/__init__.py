"""The command line: ``app`` holds the commands that need no server, ``run`` runs an app without tracebacks.

In: the words of a command line.
Out: tables or JSON on standard output, faults on standard error, an exit code.

Every command is one small module; what it needs is imported when it runs, so that ``--help`` stays quick.
Exit codes: 0 all is well, 1 findings (faults, failed tests), 2 wrong usage or cannot run, 130 interrupted.
"""

from policy.cli.app import app, main
from policy.cli.guard import CommandError, run

__all__ = ["CommandError", "app", "main", "run"]
