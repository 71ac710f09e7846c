"""Killed processes, two processes at once, damaged folders: real ones, on the embedded store."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corroborate.errors import StoreError
from corroborate.types import Change, SearchFilter
from indexer.embedded.index import LanceIndex
from indexer.embedded.store import EmbeddedStore
from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from indexer.search import StoreSearcher
from tests.embedders import WordEmbedder
from tests.indexer import child
from tests.samples import article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corroborate.protocols import Store

ANY = SearchFilter()
WORDS = [f"word{i}" for i in range(child.COUNT)]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return a folder that is not there yet."""
    return str(tmp_path / "store")


@contextmanager
def process(step: str, place: str) -> Iterator[subprocess.Popen[str]]:
    """Run a step in a process of its own; it is gone afterwards."""
    command = [sys.executable, "-m", "tests.indexer.child", step, place]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def kill_after(step: str, place: str, line: str, wait: float) -> list[str]:
    """Kill a step, so many seconds after it printed a line; return all that it printed."""
    with process(step, place) as running:
        assert running.stdout
        seen = []
        for printed in running.stdout:
            seen.append(printed.strip())
            if seen[-1].startswith(line):
                break
        time.sleep(wait)
        running.kill()
        return seen + running.stdout.read().split()


def assert_whole(store: Store) -> None:
    """Every article is found by its own word, with all its passages, once."""
    assert store.articles.pending() == 0
    assert store.overview().passages == 2 * child.COUNT
    hits = store.passages.lexical(WORDS, ANY, 5)
    assert [[h.passage.article_id for h in some] for some in hits] == [
        [f"n{i:03}"] for i in range(child.COUNT)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_archived_outlives_a_kill(place: str, seed: int) -> None:
    """Killed between or within transactions, all that was reported is there, and all whole."""
    draw = random.Random(seed)
    line = f"n{child.BATCH * draw.randrange(1, 20) - 1:03}"
    seen = kill_after("archive", place, line, draw.uniform(0, 0.02))
    with closing(open_store(place)) as store:
        kept = [one.id for one in store.articles.backlog(child.COUNT)]
        last = [one for one in seen if one != "done"][-1]
        assert last in kept
        assert kept == [one.id for one in child.articles()][: len(kept)]
        assert len(kept) % child.BATCH == 0


@pytest.mark.parametrize("seed", range(4))
def test_indexing_that_was_killed_is_finished_by_the_next_start(place: str, seed: int) -> None:
    """Nothing is lost and nothing is there twice, wherever the kill fell."""
    draw = random.Random(seed)
    line = f"n{child.COUNT - 1:03}" if seed == 0 else f"indexed {64 * draw.randrange(1, 5)}"
    kill_after("index", place, line, draw.uniform(0, 0.3))
    with closing(open_store(place)) as store:
        index_backlog(store, WordEmbedder())
        assert_whole(store)


@pytest.mark.parametrize(("line", "wait"), [("ready", 0.05), ("again 128", 0), ("again 320", 0.02)])
def test_a_killed_reindex_leaves_an_index_that_can_be_searched(
    place: str, line: str, wait: float
) -> None:
    """The old one whole or the new one whole; and reindexing once more gives the new one."""
    with closing(open_store(place)) as store:
        child.archive(store)
        index_backlog(store, WordEmbedder())
        kill_after("reindex", place, line, wait)
        assert store.passages.embedder in {"words-1", "words-2"}
        assert_whole(store)
        assert reindex(store, WordEmbedder("words-2")) == child.COUNT
        assert_whole(store)


def test_one_process_searches_while_another_writes(place: str) -> None:
    """The searching one sees more and more, and never an error or half an article."""
    with closing(open_store(place)) as store, process("index", place) as running:
        assert running.stdout
        counts = []
        for line in running.stdout:
            if line.startswith(("indexed", "done")):
                hits = store.passages.dense(WordEmbedder().embed_queries(["alone"]), ANY, 1000)[0]
                counts.append(len(hits))
                searcher = StoreSearcher(store, WordEmbedder())
                assert [h.passage.article_id for h in searcher.search(["word7"], ANY, 1)[0]] == [
                    "n007"
                ]
        assert counts == sorted(counts)
        assert counts[0] >= 2 * 64
        assert all(count % 2 == 0 for count in counts)
        assert_whole(store)


def test_the_overview_outlives_files_that_go_away(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process merges files and closes the database, while files are listed and measured."""
    stat = Path.stat

    def gone(path: Path, **how: bool) -> os.stat_result:
        if path.name == "archive.sqlite-wal":
            raise FileNotFoundError(path)
        seen = stat(path, **how)
        if path.name == "other.lance":
            path.unlink()
        return seen

    with closing(open_store(place)) as store:
        (tmp_path / "store" / "other.lance").write_bytes(bytes(9))
        monkeypatch.setattr(Path, "stat", gone)
        size = store.overview().size
        assert size is not None
        assert size >= stat(tmp_path / "store" / "archive.sqlite").st_size


def test_a_search_outlives_the_swap_of_the_index(place: str) -> None:
    """While another process reindexes and drops the old table, each search has its answer."""
    with closing(open_store(place)) as store:
        child.archive(store)
        index_backlog(store, WordEmbedder())
        with process("reindex", place) as running:
            while running.poll() is None:
                assert len(store.passages.lexical(["word7"], ANY, 5)[0]) == 1
        assert store.passages.embedder == "words-2"


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: len(index.lexical(["port"], ANY, 5)[0]),
        lambda index: index.count(),
    ],
    ids=["search", "count"],
)
def test_who_meets_a_dropped_table_asks_the_next(
    ask: Callable[[LanceIndex], int], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap may fall between finding out which table is searched and opening it."""
    with closing(open_store(place)) as store, closing(open_store(place)) as another:
        store.articles.put([article()])
        index_backlog(store, WordEmbedder())
        index = store.passages
        assert isinstance(index, LanceIndex)
        opens, swaps = index._lance.open_table, [WordEmbedder("words-2")]

        def open_late(name: str) -> Any:
            if swaps:
                reindex(another, swaps.pop())
            return opens(name)

        monkeypatch.setattr(index._lance, "open_table", open_late)
        assert (ask(index), index.embedder) == (1, "words-2")


def test_the_right_to_index_ends_with_its_process(place: str) -> None:
    """A killed holder leaves no lock behind."""
    with closing(open_store(place)) as store, process("hold", place) as running:
        assert running.stdout
        assert running.stdout.readline() == "True\n"
        with store.indexing() as mine:
            assert mine is False
        with pytest.raises(StoreError, match="another process is indexing"):
            reindex(store, WordEmbedder())
        running.kill()
        running.wait()
        with store.indexing() as mine:
            assert mine is True


def one_line(error: pytest.ExceptionInfo[StoreError]) -> str:
    """Return an error's message, which is one line."""
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_file_is_no_store(tmp_path: Path) -> None:
    """A path that is a file is refused by name."""
    (tmp_path / "file").write_text("text")
    with pytest.raises(StoreError) as error:
        open_store(str(tmp_path / "file"))
    assert one_line(error).startswith(f"the store {tmp_path / 'file'} cannot be made")


def test_a_url_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheme that no store has makes no folder of that name."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="CORROBORATE_STORE"):
        open_store("ftp://store.example/")
    assert list(tmp_path.iterdir()) == []


def test_junk_in_place_of_the_archive_is_named(tmp_path: Path) -> None:
    """A damaged archive is an error, and is left as it is."""
    junk = b"no database at all " * 100
    (tmp_path / "archive.sqlite").write_bytes(junk)
    with pytest.raises(StoreError) as error:
        open_store(str(tmp_path))
    assert "archive.sqlite is not a Corroborate archive" in one_line(error)
    assert (tmp_path / "archive.sqlite").read_bytes() == junk


def test_the_archive_of_a_newer_version_is_refused(place: str, tmp_path: Path) -> None:
    """What cannot be understood is not touched."""
    open_store(place).close()
    with closing(sqlite3.connect(tmp_path / "store" / "archive.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer Corroborate"):
        open_store(place)


def test_a_full_disk_is_named_and_what_was_stored_stays(place: str) -> None:
    """The transaction is undone as a whole, and the next one that has room succeeds."""
    with closing(open_store(place)) as store:
        store.articles.put([article()])
        assert isinstance(store, EmbeddedStore)
        with store._database.read() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        long = [article(name, text="A long text. " * 1000) for name in "bcd"]
        with pytest.raises(StoreError) as error:
            store.articles.put(long)
        assert "disk is full" in one_line(error)
        assert list(store.articles) == [article()]
        assert store.articles.put([article("e")]) == [Change.ADDED]


@pytest.mark.parametrize("damage", ["removed", "junk"])
def test_a_damaged_index_is_named_and_rebuilt(place: str, tmp_path: Path, damage: str) -> None:
    """Search says what to do, and doing it brings everything back from the archive."""
    with closing(open_store(place)) as store:
        child.archive(store)
        index_backlog(store, WordEmbedder())
    for file in [f for f in (tmp_path / "store" / "passages").rglob("*") if f.is_file()]:
        if damage == "removed":
            file.unlink()
        else:
            file.write_bytes(b"junk")
    with closing(open_store(place)) as store:
        with pytest.raises(StoreError) as error:
            store.passages.lexical(["port"], ANY, 5)
        assert "corroborate reindex" in one_line(error)
        assert reindex(store, WordEmbedder()) == child.COUNT
        assert_whole(store)
