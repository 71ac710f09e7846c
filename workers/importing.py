"""Articles from files: JSON Lines, saved HTML pages, either gzipped, and folders of them.

A row of JSON Lines is an object. ``text`` is needed, and ``outlet`` or ``url``; ``title``,
``published``, ``modified``, ``id``, ``authors``, ``agency`` and ``language`` are welcome,
anything else is ignored. A bad row is named and skipped; it never stops an import.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path

from corroborate.errors import InputError
from corroborate.protocols import ArticleArchive
from corroborate.types import Article, Change, Page
from workers.outlets import UNKNOWN
from workers.rows import RowError, article_of, read_object

_ROWS = (".jsonl", ".ndjson")
_PAGES = (".html", ".htm", ".xhtml")
#: Longest row and largest page, bytes after decompression.
_LARGEST = 16_000_000
#: Articles in one transaction.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row or file that is no article."""

    #: Where it is: "articles.jsonl:17", or a page's path.
    place: str
    #: What is wrong, as a clause.
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did."""

    added: int
    changed: int
    unchanged: int
    #: Rows whose article an earlier row of the same import gave already; the first counts.
    repeated: int
    bad: tuple[BadRow, ...]

    @property
    def rows(self) -> int:
        """Rows and pages that were read."""
        return self.added + self.changed + self.unchanged + self.repeated + len(self.bad)


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files to import: those named, and those of a known kind in named folders.

    Raises:
        InputError: A path is not there, or a folder holds nothing to import.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and _kind(p))
            if not inside:
                raise InputError(f"{path}: no .jsonl or .html files (or .gz of them) in it")
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise InputError(f"{path}: there is no such file or folder")
    return files


def read_rows(paths: Iterable[str | Path], *, outlet: str = "") -> Iterator[Article | BadRow]:
    """Yield an article or a named bad row for each row and page, in order.

    Args:
        paths: Files and folders.
        outlet: Name of the outlet where neither a row or page nor its URL tells it.

    Raises:
        InputError: See :func:`find_files`.
    """
    for file in find_files(paths):
        yield from _read_file(file, outlet)


def import_paths(
    paths: Sequence[str | Path],
    archive: ArticleArchive,
    *,
    outlet: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> ImportSummary:
    """Archive the articles of files and folders; index nothing.

    Args:
        paths: Files and folders.
        archive: Where articles go, some hundred in a transaction.
        outlet: Name of the outlet where neither a row or page nor its URL tells it.
        progress: Called with the number of rows that are done and that there are.

    Raises:
        InputError: See :func:`find_files`; nothing was archived then.
        StoreError: The archive failed; what was archived before stays.
    """
    files = find_files(paths)
    total = sum(map(_count, files)) if progress else 0
    counts = dict.fromkeys(Change, 0)
    bad: list[BadRow] = []
    seen: set[str] = set()
    batch: list[Article] = []
    done = repeated = 0

    def flush() -> None:
        for change in archive.put(batch):
            counts[change] += 1
        batch.clear()

    for file in files:
        for row in _read_file(file, outlet):
            done += 1
            if isinstance(row, BadRow):
                bad.append(row)
            elif row.id in seen:
                repeated += 1
            else:
                seen.add(row.id)
                batch.append(row)
            if len(batch) == _BATCH:
                flush()
            if progress:
                progress(done, max(done, total))
    flush()
    return ImportSummary(
        added=counts[Change.ADDED],
        changed=counts[Change.CHANGED],
        unchanged=counts[Change.UNCHANGED],
        repeated=repeated,
        bad=tuple(bad),
    )


def _kind(path: Path) -> str | None:
    """Return "rows" or "page" by a file's name, or None."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_ROWS):
        return "rows"
    return "page" if name.endswith(_PAGES) else None


def _open(path: Path) -> GzipFile | BufferedReader:
    return GzipFile(path) if path.name.lower().endswith(".gz") else path.open("rb")


def _read_file(path: Path, outlet: str) -> Iterator[Article | BadRow]:
    line = 0
    try:
        with _open(path) as file:
            if (_kind(path) or _sniff(path)) == "page":
                yield _read_page(path, file, outlet)
                return
            for line, raw in _lines(file):
                if raw is None or raw.strip():
                    yield _read_row(raw, path, line, outlet)
    except (OSError, EOFError, zlib.error) as exc:
        reason = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
        yield BadRow(f"{path}:{line + 1}", f"cannot be read on from here ({reason})")


def _sniff(path: Path) -> str:
    """Return the kind of a file whose name does not tell it."""
    with _open(path) as file:
        return "page" if file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "rows"


def _lines(file: GzipFile | BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number from 1; None in place of one that is too long."""
    number = 0
    while raw := file.readline(_LARGEST + 1):
        number += 1
        too_long = len(raw) > _LARGEST
        while too_long and raw and not raw.endswith(b"\n"):
            raw = file.readline(_LARGEST)
        yield number, None if too_long else raw


def _count(path: Path) -> int:
    """Return how many rows a file has, for the progress bar."""
    if _kind(path) == "page":
        return 1
    try:
        with _open(path) as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) or 1
    except (OSError, EOFError, zlib.error):
        return 1


def _read_row(raw: bytes | None, path: Path, line: int, outlet: str) -> Article | BadRow:
    place = f"{path}:{line}"
    if raw is None:
        return BadRow(place, f"longer than {_LARGEST:,} bytes")
    try:
        return article_of(read_object(raw), fetched=datetime.now(UTC), outlet=outlet)
    except RowError as exc:
        return BadRow(place, str(exc))


def _read_page(path: Path, file: GzipFile | BufferedReader, outlet: str) -> Article | BadRow:
    from workers.clean import clean

    body = file.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        return BadRow(str(path), f"larger than {_LARGEST:,} bytes")
    try:
        article = clean(Page("", "", 200, {}, body, datetime.now(UTC)), outlet_name=outlet)
    except InputError as exc:
        return BadRow(str(path), str(exc))
    if article.outlet == UNKNOWN:
        return BadRow(str(path), "outlet is missing; name it with --outlet")
    return article
