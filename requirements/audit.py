"""Looks the versions of constraints.txt up among the published vulnerabilities. Run by `make audit`.

Exit code 1: a version has one that nobody has accepted. Where the service that knows them cannot be reached,
or does not know a package, that is said, and is no failure: the tests run on machines without network, too.

`accepted.txt` beside this file lists what is accepted for a while, a line each: the id, the last day as
YYYY-MM-DD, and why, as `PYSEC-2026-1 2026-12-31 we never parse what others send`.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
CONSTRAINTS = FOLDER.parent / "constraints.txt"
ACCEPTED = FOLDER / "accepted.txt"


def main() -> int:
    """Prints what was found, and gives the exit code."""
    found = looked_up()
    today = datetime.datetime.now(datetime.UTC).date()
    lines, code = report(found, accepted(ACCEPTED.read_text(encoding="utf-8"), today))
    print(*lines, sep="\n")
    return code


def looked_up() -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; None where it could ask nobody."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "--requirement", str(CONSTRAINTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return None
    return packages


def accepted(text: str, today: datetime.date) -> Mapping[str, str]:
    """Ids that are accepted today, and why. Raises ValueError for a line of another form."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            identity, until, why = line.split(maxsplit=2)
            if today <= datetime.date.fromisoformat(until):
                found[identity] = why
    return found


def report(packages: list[dict[str, Any]] | None, fine: Mapping[str, str]) -> tuple[list[str], int]:
    """The lines to print and the exit code."""
    if packages is None:
        return ["Audit: nothing was looked up, the service of vulnerabilities could not be reached."], 0
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    lines, bad = [], 0
    for each in packages:
        for flaw in each.get("vulns", ()):
            names = {flaw["id"], *flaw.get("aliases", ())}
            why = next((fine[name] for name in sorted(names) if name in fine), None)
            bad += why is None
            fixed = ", ".join(flaw.get("fix_versions", ())) or "none yet"
            said = f"accepted: {why}" if why else f"mended in: {fixed}"
            lines.append(f"{each['name']} {each['version']}: {flaw['id']} ({said})")
    asked = len(packages) - len(unknown)
    lines.append(f"Audit: {asked} of {len(packages)} packages looked up, flaws not accepted: {bad}.")
    if unknown and not asked:
        lines.append("The index in use does not tell of vulnerabilities: nothing was audited.")
    elif unknown:
        lines.append(f"Not looked up: {', '.join(unknown)}.")
    return lines, int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
