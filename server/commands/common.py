"""What the commands of the server share: errors as coded messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from policy.cli.guard import CANNOT_RUN, CommandError
from policy.text.diagnostics import PackError
from policy.text.terminal import print_faults
from server.identity.exposure import ExposedError
from server.identity.watched import FileError
from server.listening import ListenError
from server.process.app import ServingError
from server.process.workers.supervisor import SharingError, WorkerError
from server.proof.keys import KeyFileError
from server.publishing.errors import PublishingError
from server.store.errors import StoreError


@contextmanager
def coded_errors(rules: str, lang: str) -> Iterator[None]:
    """What keeps a command from running, as coded messages and an exit code."""
    try:
        yield
    except PackError as error:
        print_faults(error.faults, lang, f"{rules}/")
        raise CommandError("LNK907") from error
    except StoreError as error:
        raise CommandError(error.code) from error
    except PublishingError as error:
        raise CommandError(error.code, error.suggestion, "", **error.details) from error
    except FileError as error:
        print_faults(error.faults, lang)
        raise typer.Exit(CANNOT_RUN) from error
    except ExposedError as error:
        raise CommandError("LNK945", address=error.address) from error
    except KeyFileError as error:
        raise CommandError(error.code, path=str(error.path)) from error
    except ListenError as error:
        raise CommandError("LNK953", address=error.address) from error
    except ServingError as error:
        raise CommandError("LNK998") from error
    except SharingError as error:
        raise CommandError("LNK995") from error
    except WorkerError as error:
        raise CommandError("LNK997") from error
