"""Puts the built native core where this Python finds it: `make native` runs it after cargo."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

BUILT = Path(__file__).resolve().parent / "target" / "release"
NAMES = ("liblinkage_native.so", "liblinkage_native.dylib", "linkage_native.dll")
"""What cargo calls it, by platform."""


def main() -> int:
    """Copies it; the exit status."""
    found = next((BUILT / name for name in NAMES if (BUILT / name).exists()), None)
    if found is None:
        print("native/install.py: nothing is built: run `cargo build --release` in native/", file=sys.stderr)
        return 1
    ending = ".pyd" if sys.platform == "win32" else ".abi3.so"
    shutil.copyfile(found, Path(sysconfig.get_path("platlib")) / f"linkage_native{ending}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
