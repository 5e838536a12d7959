"""Runs an app so that nobody meets a traceback: whatever goes wrong is a coded message and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from policy.cli.language import current

if TYPE_CHECKING:
    import typer

    from policy.text.diagnostics import Words

OK, FINDINGS, CANNOT_RUN, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
DEBUG_VARIABLE = "LINKAGE_DEBUG"


class CommandError(Exception):
    """A command that cannot go on: a code of the catalog, what was meant, the arguments of its message.

    ``file`` is the file that it is about, where the message itself does not name it.
    """

    def __init__(self, code: str, suggestion: str = "", file: str = "", **args: str | Words) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.file = file
        self.details = args


def run(app: typer.Typer, arguments: list[str] | None = None, name: str = "linkage") -> int:
    """Runs the app on ``arguments`` (None: those of the process) and gives the exit code. Raises nothing."""
    import typer
    from typer.exceptions import TyperException

    _make_printable()
    try:
        # Not ``app()``: it answers interruptions and closed pipes itself, without a message.
        command = typer.main.get_command(app)
        with command.make_context(name, sys.argv[1:] if arguments is None else list(arguments)) as context:
            command.invoke(context)
        sys.stdout.flush()
        return OK
    except CommandError as error:
        _complain(error.code, error.suggestion, error.file, **error.details)
        return CANNOT_RUN
    except TyperException as error:
        _complain("LNK906", detail=error.format_message().replace("Value error, ", ""), command=name)
        return CANNOT_RUN
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("LNK904")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; Python must not complain about the rest when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        from policy.text.source import os_reason

        _complain("LNK908", file=str(error.filename or ""), reason=os_reason(error))
        return CANNOT_RUN
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        _complain("LNK905", kind=type(error).__name__)
        return CANNOT_RUN


def _complain(code: str, suggestion: str = "", file: str = "", **args: str | Words) -> None:
    from policy.text.diagnostics import fault
    from policy.text.source import whole
    from policy.text.terminal import show_fault

    place = whole(file) if file else None
    show_fault(fault(code, place, suggestion, **args), current(), stream=sys.stderr)


def _make_printable() -> None:
    """A terminal that cannot show Chinese gets escapes, not an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def need(package: str, extra: str) -> None:
    """Raises CommandError (LNK980) where a package of an extra is not installed."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise CommandError("LNK980", package=package, extra=extra)
