"""The folder of an unfinished job: what it was asked, and one finished part for each batch.

    OUT.parts/job.json             what must be the same when the work goes on
              part-00000007.parquet  the findings of batch 7; in its metadata, its counts and bad rows' number
              part-00000007.bad      the reasons of its bad rows, where there are any

A file is there whole or not at all. The parquet file comes last, so that it stands for its part.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from policy.bulk.bad_rows import as_lines
from policy.bulk.errors import BulkError
from policy.bulk.footer import Footer, FooterError, read_footer
from policy.bulk.runner import Counts, Results
from policy.bulk.schema import ROW
from policy.text.diagnostics import Words
from policy.text.files import write_whole

_COUNTS = b"linkage.part"
_JOB = "job.json"

_DIFFERENT: Mapping[str, Words] = {
    "format": Words("文件夹的格式", "the format of the folder"),
    "input": Words("输入文件", "the input"),
    "size": Words("输入文件的大小", "the input's size"),
    "digest": Words("输入文件的内容", "the input's content"),
    "rules": Words("规则", "the rules"),
    "engine": Words("引擎", "the engine"),
    "district": Words("地区", "the district"),
    "as_of": Words("判断的时点", "the moment decided for"),
    "period": Words("考核的期间", "the period that is assessed"),
    "batch": Words("批的大小", "the batch size"),
    "ids": Words("是否写出义务编号", "whether obligations are named"),
    "lang": Words("语言", "the language"),
}
"""What a job is asked, in the order in which differences are named."""

NOT_OURS = Words("那里有别的东西", "something else is there")
"""Why the folder of parts cannot be used."""

Asked = Mapping[str, str]
"""Values of some of the keys of ``_DIFFERENT``, and of others that may differ."""


class Parts:
    """The folder of a job. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def asked(self) -> dict[str, str] | None:
        """What the job in the folder was asked; None where there is none."""
        try:
            read = json.loads((self.folder / _JOB).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return {str(key): str(value) for key, value in read.items()} if isinstance(read, dict) else None

    def begin(self, asked: Asked) -> None:
        """Begins a new job in the folder; what stood there of another is gone.

        Raises ``BulkError`` (LNK989) where the folder holds something else.
        """
        found = list(self.folder.iterdir())
        if not all(path.name == _JOB or path.name.startswith(("part-", ".new-")) for path in found):
            raise BulkError("LNK989", {"path": str(self.folder), "reason": NOT_OURS})
        for path in found:
            path.unlink()
        write_whole(self.folder / _JOB, json.dumps(dict(asked), ensure_ascii=False, indent=1).encode())

    def resume(self, asked: Asked) -> None:
        """Takes up the job in the folder. Raises ``BulkError``: LNK977 another job, LNK978 none."""
        found = self.asked()
        if found is None:
            raise BulkError("LNK978", {"path": str(self.folder)})
        named = [words for key, words in _DIFFERENT.items() if found.get(key) != asked.get(key)]
        if named:
            zh, en = "、".join(w.zh for w in named), ", ".join(w.en for w in named)
            raise BulkError("LNK977", {"path": str(self.folder), "differences": Words(zh, en)})

    def remove(self) -> None:
        """Takes the folder away."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def write(self, number: int, results: Results) -> None:
        """Puts the results of a batch down, in one step."""
        if results.bad:
            write_whole(self._bad(number), as_lines(results.bad))
        sink = pa.BufferOutputStream()
        write_findings(results.findings, sink, results.counts)
        write_whole(self.part(number), sink.getvalue())

    def done(self) -> dict[int, Counts]:
        """The finished parts by number. Whatever else has the name of one is taken away."""
        found = {}
        for path in sorted(self.folder.glob("part-*.parquet")):
            counts = _counts(path)
            if counts is None:
                path.unlink()
            else:
                found[int(path.stem.removeprefix("part-"))] = counts
        return found

    def new(self, known: Container[int]) -> Iterator[tuple[int, Counts]]:
        """The finished parts that are not known yet, in order."""
        for path in sorted(self.folder.glob("part-*.parquet")):
            number = int(path.stem.removeprefix("part-"))
            if number not in known and (counts := _counts(path)) is not None:
                yield number, counts

    def bad_lines(self, number: int) -> Iterator[bytes]:
        """The lines of the side file that a part has, in pieces."""
        try:
            with open(self._bad(number), "rb") as file:
                while piece := file.read(1 << 20):
                    yield piece
        except FileNotFoundError:
            return

    def part(self, number: int) -> Path:
        """The file of a part's findings."""
        return self.folder / f"part-{number:08}.parquet"

    def _bad(self, number: int) -> Path:
        return self.folder / f"part-{number:08}.bad"


def write_findings(findings: pa.RecordBatch, sink: pa.NativeFile, counts: Counts) -> None:
    """Findings as one parquet file with their counts."""
    codes = [field.name for field in findings.schema if field.name != ROW and field.type != pa.utf8()]
    with pq.ParquetWriter(
        sink,
        findings.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=codes,
        write_statistics=_SOUGHT,
        write_batch_size=_AT_ONCE,
        store_schema=False,
    ) as writer:
        if len(findings):
            writer.write_batch(findings, row_group_size=len(findings))
        writer.add_key_value_metadata({_COUNTS.decode(): json.dumps(counts)})


_AT_ONCE = 65_536
"""Values of a column that are encoded between two looks at the size of its page."""
_SOUGHT = ["row", "case", "district", "rule", "due_at", "state"]
"""Columns that readers look for: smallest and largest values let them skip row groups."""


def _counts(path: Path) -> Counts | None:
    """The counts of a finished part, or None where the file is no whole one."""
    try:
        with open(path, "rb") as file:
            return counts_in(read_footer(file))
    except (FooterError, OSError):
        return None


def counts_in(footer: Footer) -> Counts | None:
    """The counts that a part's footer carries."""
    stated = footer.metadata.get(_COUNTS)
    return None if stated is None else Counts(*json.loads(stated))


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Makes the folder and holds it for one job. Raises ``BulkError`` (LNK987) where another run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":  # no locks on folders: two runs at once are the user's own care
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BulkError("LNK987", {"path": str(folder)}) from error
        yield
    finally:
        os.close(handle)
