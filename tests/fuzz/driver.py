"""Drives a target: `python -m tests.fuzz.driver TARGET --seconds N`.

With atheris, which is guided by coverage, where it is installed; else with mutations of the seeds. What
fails is written to the folder of what was found, and said.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz import targets

FOUND = Path(__file__).parent / "found"
SERVED = ("http1", "http2")
"""Those that are tried on a running server."""
NAMES = (*targets.TARGETS, *SERVED)
_LONGEST = 20_000


def mutated(seeds: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Inputs without end: seeds changed in a few places, cut, repeated, and joined."""
    while True:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at, kind = chance.randint(0, len(data)), chance.randrange(6)
            piece = chance.choice(seeds)
            start = chance.randint(0, len(piece))
            length = chance.choice((1, 2, 4, 16, 64))
            if kind == 0:
                data[at : at + 1] = bytes((chance.randrange(256),))
            elif kind == 1:
                del data[at : at + length]
            elif kind == 2:
                data[at:at] = piece[start : start + length]
            elif kind == 3:
                data[at:at] = bytes(data[at : at + length]) * chance.randint(1, 20)
            elif kind == 4:
                data[at : at + length] = bytes(chance.randrange(256) for _ in range(length))
            else:
                data[at : at + 1] = chance.choice((b"\x00", b"\xff", b"\x7f\xff\xff\xff\xff", "文".encode()))
        yield bytes(data[:_LONGEST])


def found(name: str) -> list[Path]:
    """What was found before."""
    return sorted((FOUND / name).glob("*")) if (FOUND / name).is_dir() else []


def run(name: str, target: targets.Target, seconds: float, seed: int) -> int:
    """Mutations for so many seconds; the number of inputs. Raises what the target raises, the input kept."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    end = time.monotonic() + seconds
    count = 0
    for data in mutated([*targets.seeds(name), *(path.read_bytes() for path in found(name))], chance):
        if time.monotonic() >= end:
            break
        try:
            target(data)
        except BaseException:
            print(f"{name}: seed {seed}, input {count}: {_keep(name, data)}", file=sys.stderr)
            raise
        count += 1
    return count


def _keep(name: str, data: bytes) -> Path:
    path = FOUND / name / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _guided(name: str, target: targets.Target, seconds: float, corpus: Path) -> None:
    """atheris, which ends the process."""
    atheris = import_module("atheris")
    for number, data in enumerate([*targets.seeds(name), *(path.read_bytes() for path in found(name))]):
        (corpus / str(number)).write_bytes(data)
    prefix = FOUND / name
    prefix.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={round(seconds)}", f"-max_len={_LONGEST}", f"-artifact_prefix={prefix}/"]
    atheris.Setup([sys.argv[0], *options, "-timeout=30", "-rss_limit_mb=2048", str(corpus)], target)
    atheris.instrument_all()
    atheris.Fuzz()


@contextmanager
def on_a_server(name: str, log: Path) -> Iterator[targets.Target]:
    """The target, on a server that runs as long as the block; ``log`` takes its lines."""
    from tests.server.process import server_process

    with server_process("--set", "log.enabled=false", rules=targets.RULES, log=log) as (process, address):
        if name == "http1":
            assert process.stdout is not None
            address = process.stdout.readline().strip().partition("//")[2]
        yield targets.http1(address) if name == "http1" else targets.http2(address)


def main() -> None:
    """Runs one target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--unguided", action="store_true", help="without atheris")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if given.target in SERVED:
            target = stack.enter_context(on_a_server(given.target, folder / "log"))
        else:
            target = targets.TARGETS[given.target]
        if find_spec("atheris") and not given.unguided and given.target not in SERVED:
            _guided(given.target, target, given.seconds, folder)
        count = run(given.target, target, given.seconds, given.seed)
        print(f"{given.target}: {count} inputs, seed {given.seed}")


if __name__ == "__main__":
    main()
