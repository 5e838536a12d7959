"""Many faults for people: those of one code and one remedy are one entry with its places, so that none drowns
the others.

In JSON, and for programs, each fault stands for itself (``diagnostics.to_dict``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from policy.text.characters import printable
from policy.text.diagnostics import Fault, advice_of, message, render
from policy.text.secrets import without_secrets

LIKE = 3
"""So many faults of one code, with one remedy, are one entry."""


def entries(faults: Iterable[Fault], lang: str, colour: bool = False, root: str = "") -> Iterator[str]:
    """Each entry as text, in the order of its first fault; no line end at the end."""
    every = tuple(faults)
    kinds = [(item.code, advice_of(item, lang)) for item in every]
    counts = Counter(kinds)
    told: set[tuple[str, str]] = set()
    for item, kind in zip(every, kinds, strict=True):
        if counts[kind] < LIKE:
            yield render(item, lang, colour, root)
        elif kind not in told:
            told.add(kind)
            like = [one for one, own in zip(every, kinds, strict=True) if own == kind and one is not item]
            yield "\n".join([render(item, lang, colour, root), *_places(item, like, lang, root)])


def _places(first: Fault, like: Sequence[Fault], lang: str, root: str) -> Iterator[str]:
    """The others by what is said of them, and by file."""
    yield f"  = 同类还有 {len(like)} 处：" if lang == "zh" else f"  = {len(like)} more like it:"
    said: dict[str, dict[str, list[str]]] = {}
    for item in like:
        files = said.setdefault(message(item, lang), {})
        name, _, place = str(item.span).partition(":") if item.span else ("-", "", "")
        files.setdefault(root + printable(without_secrets(name)), []).append(place)
    own = message(first, lang)
    for text, files in sorted(said.items(), key=lambda pair: pair[0] != own):
        alone = len(files) == 1 and len(next(iter(files.values()))) == 1
        if text != own and not alone:
            yield f"    {text}"
        for name, places in files.items():
            listed = ("、" if lang == "zh" else ", ").join(filter(None, places))
            line = f"      {name}:{listed}" if listed else f"      {name}"
            yield f"{line}  {text}" if text != own and alone else line
