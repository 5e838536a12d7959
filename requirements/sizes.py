"""Measures what the targets of the Makefile bring: seconds, megabytes fetched, megabytes on the disk.

`make sizes` runs it: in a fresh copy of the checkout, each target after the last.
The table goes into docs/operations.md with the day and the machine: it says what was so then.
"""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/operations.md"
BEGIN, END = "<!-- sizes: made by `make sizes` -->", "<!-- end of sizes -->"
STEPS = {
    "demo": ("`make demo`, with its demonstration", ("build", "server")),
    "install": ("then `make install`: what `make test` needs", ("dev", "durable")),
    ".venv/installed-deploy": ("then what `make test-deploy` needs", ("deploy",)),
    ".venv/installed-spark": ("then what `make test-spark` needs", ("spark",)),
}
"""Target -> what it is, and the locks that it installs."""
MB = 1_000_000


def main() -> None:
    """Measures, and writes the table into the page."""
    with tempfile.TemporaryDirectory(prefix="linkage-sizes-") as folder:
        checkout = Path(folder, "checkout")
        copy_into(checkout)
        rows = [measured(target, checkout) for target in STEPS]
    today = datetime.datetime.now(datetime.UTC).date()
    system = f"{platform.system()} {platform.machine()}"
    load = os.getloadavg()[0]
    machine = (
        f"{os.cpu_count()} cores (load before: {load:.1f}), Python {platform.python_version()}, {system}"
    )
    lines = [
        BEGIN,
        f"Measured on {today}, {machine}:",
        "",
        "| | seconds | MB fetched | MB of `.venv` then |",
        "|---|---:|---:|---:|",
        *rows,
        END,
    ]
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + "\n".join(lines) + after, encoding="utf-8")
    print(*lines, sep="\n")


def copy_into(folder: Path) -> None:
    """The files that are committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())


def measured(target: str, checkout: Path) -> str:
    """The row of a target: installs it, then fetches the same files once more to see how large they are."""
    began = time.monotonic()
    subprocess.run(["make", target], cwd=checkout, check=True)
    seconds = time.monotonic() - began
    title, locks = STEPS[target]
    files = checkout / "files"
    before = size(files)
    for lock in locks:
        python = str(checkout / ".venv/bin/python")
        command = [python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--no-build-isolation", "--dest", str(files)]
        subprocess.run([*command, "-r", f"requirements/{lock}.txt"], cwd=checkout, check=True)
    fetched, held = size(files) - before, size(checkout / ".venv")
    return f"| {title} | {seconds:.0f} | {fetched / MB:.0f} | {held / MB:.0f} |"


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
