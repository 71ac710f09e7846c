"""What a real Elasticsearch does not write: for now, never, or because something is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from corroborate.cli.app import app
from corroborate.errors import StoreError, StoreUnavailable
from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from indexer.passages import passages
from tests.elasticsearch import scratch, start
from tests.embedders import WordEmbedder
from tests.samples import article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from elasticsearch import Elasticsearch
    from numpy.typing import NDArray

    from corroborate.protocols import Store

#: Writers at once, what each writes, and the room that the small server has for all of them.
WRITERS, EACH, ROOM = 8, 20, 600_000


class BlindEmbedder(WordEmbedder):
    """Sees nothing in some texts: their vectors have no length, which cosine cannot compare."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, and rows of zeros for what is unseen."""
        rows = super().embed_passages(texts)
        rows[["unseen" in text for text in texts]] = 0
        return rows


def test_an_article_that_is_refused_is_quarantined_and_holds_up_none(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is archived and named in the status with the reason; all others are indexed."""
    bad = article("bad", text="The unseen word0. It is alone. Nobody knew. So it goes.")
    store.articles.put([article("first"), bad, article("last")])
    assert index_backlog(store, BlindEmbedder()) == 3
    assert store.articles.pending() == 0
    assert set(store.articles.get(["bad"])) == {"bad"}
    (record,) = store.pages.quarantined(10)
    assert (record.url, record.article) == (bad.url, "bad")
    assert "zero magnitude" in (record.reason or "")
    monkeypatch.setenv("CORROBORATE_STORE", place)
    said = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert [page["url"] for page in said["quarantined"]] == [bad.url]


def test_of_an_article_that_is_refused_no_passage_is_found(store: Store) -> None:
    """Neither those of its last version nor the half of it that could be written."""
    before = article("one", text="Here is word0. It is alone. Nobody knew. So it goes.")
    text = " ".join(f"Sentence {i} of the long story goes on and on." for i in range(40))
    after = article("one", text=f"{text} Here is an unseen word0.")
    store.articles.put([before])
    index_backlog(store, BlindEmbedder())
    assert store.overview().passages == 2
    store.articles.put([after])
    index_backlog(store, BlindEmbedder())
    assert store.overview().passages == 0
    reindex(store, WordEmbedder())
    assert store.overview().passages > 2


def test_an_index_that_is_gone_is_an_error_and_is_not_made_by_a_write(
    store: Store, place: str, elasticsearch: Elasticsearch
) -> None:
    """A write to a deleted index fails in one line; the article stays in the backlog."""
    pattern = f"{place.rpartition('/')[2]}-passages-*"
    gone = store.passages.next("words-1", 256)
    elasticsearch.indices.delete(index=list(elasticsearch.indices.get(index=pattern)))
    one = article()
    rows = WordEmbedder().embed_passages([p.text for p in passages(one)])
    with pytest.raises(StoreError, match="no such index") as caught:
        gone.replace([one], [passages(one)], [rows])
    assert not isinstance(caught.value, StoreUnavailable)
    assert not elasticsearch.indices.get(index=pattern)


@pytest.fixture(scope="module")
def small(installation: Path) -> Iterator[str]:
    """Yield a server with room for few writes at once; it answers 429 to the others."""
    assert installation.exists()
    with scratch() as folder:
        server = start(folder, heap="512m", settings={"indexing_pressure.memory.limit": f"{ROOM}b"})
        yield server.url
        server.kill()


def rejections(client: Elasticsearch) -> int:
    """Return how many writes a server had no room for."""
    (node,) = client.nodes.stats(metric="indexing_pressure")["nodes"].values()
    total = node["indexing_pressure"]["memory"]["total"]
    return int(total["coordinating_rejections"] + total["primary_rejections"])


def test_writes_answered_with_429_are_written_later(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many writers, little room: some are turned away, wait, and in the end nothing is missing."""
    from elasticsearch import Elasticsearch

    monkeypatch.setattr("indexer.elastic.bulk.FIRST_WAIT", 0.1)
    monkeypatch.setattr("indexer.elastic.bulk.RETRIES", 12)
    text = "A long story goes on and on. " * 500
    with closing(open_store(small)) as store, closing(Elasticsearch(small)) as client:

        def put(turn: int, writer: int) -> None:
            store.articles.put([article(f"{turn}-{writer}-{i}", text=text) for i in range(EACH)])

        turns = 0
        while not rejections(client):
            with ThreadPoolExecutor(WRITERS) as writers:
                list(writers.map(lambda writer, turn=turns: put(turn, writer), range(WRITERS)))
            turns += 1
            assert turns < 20
        assert store.articles.pending() == turns * WRITERS * EACH


def test_what_never_has_room_is_given_up_for_now(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last try one line says that the cluster is overloaded, and nothing is there."""
    monkeypatch.setattr("indexer.elastic.bulk.FIRST_WAIT", 0.01)
    monkeypatch.setattr("indexer.elastic.bulk.RETRIES", 2)
    with closing(open_store(small)) as store:
        with pytest.raises(StoreUnavailable, match=r"^Elasticsearch at \S+ is overloaded: "):
            store.articles.put([article("huge", text="A long story. " * ROOM)])
        assert store.articles.get(["huge"]) == {}
