"""The packs that come with this release: in a checkout those of rules/, in an installed wheel a copy."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent.parent / "rules"
_CHECKOUT = Path(__file__).parent.parent.parent / "rules"


def shipped_rules() -> Path | None:
    """The folder of the packs, to be read only; None where they were left out of what is installed."""
    return next(
        (folder for folder in (_INSTALLED, _CHECKOUT) if (folder / "vocabulary.yaml").is_file()), None
    )
