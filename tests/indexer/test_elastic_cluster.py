"""A real cluster of three nodes that loses one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import pytest

from corroborate.errors import StoreUnavailable
from corroborate.types import SearchFilter
from indexer.elastic import lock
from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from indexer.search import StoreSearcher
from tests.elasticsearch import Server, free_port, scratch, start
from tests.embedders import WordEmbedder
from tests.indexer import child
from tests.indexer.test_elastic_faults import until_indexed
from tests.indexer.test_embedded_faults import assert_whole

if TYPE_CHECKING:
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from corroborate.protocols import Store

ANY = SearchFilter()
NODES = 3


class Cluster:
    """Its nodes, as processes."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._ports = [free_port() for _ in folders]
        self.nodes = [self._start(i) for i in range(len(folders))]

    @property
    def place(self) -> str:
        """The store on all of its nodes."""
        return "http://" + ",".join(node.url.removeprefix("http://") for node in self.nodes)

    def revive(self) -> None:
        """Start again the nodes that were killed."""
        for i, node in enumerate(self.nodes):
            if node.process.poll() is not None:
                self.nodes[i] = self._start(i, int(node.url.rpartition(":")[2]))

    def _start(self, i: int, port: int = 0) -> Server:
        settings = {
            "discovery.type": "multi-node",
            "node.name": f"node-{i}",
            "transport.port": str(self._ports[i]),
            "discovery.seed_hosts": ", ".join(f"127.0.0.1:{p}" for p in self._ports),
        }
        if i == 0 and not port:
            # The first begins alone, the others join it.
            settings["cluster.initial_master_nodes"] = "node-0"
        return start(self._folders[i], port, heap="512m", settings=settings)


@pytest.fixture(scope="module")
def nodes(installation: Path) -> Iterator[Cluster]:
    """Yield three nodes that have found each other."""
    assert installation.exists()
    with ExitStack() as stack:
        made = Cluster([stack.enter_context(scratch()) for _ in range(NODES)])
        yield made
        for node in made.nodes:
            node.kill()


@pytest.fixture
def cluster(nodes: Cluster) -> Cluster:
    """Return the three nodes, all of them running."""
    nodes.revive()
    return nodes


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Elasticsearch]:
    """Yield the raw client of the cluster."""
    from elasticsearch import Elasticsearch

    with closing(Elasticsearch([node.url for node in cluster.nodes], request_timeout=60)) as made:
        made.cluster.health(wait_for_nodes=str(NODES))
        yield made


@pytest.fixture
def store(
    cluster: Cluster, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """Yield a store on the cluster with all its replicas, its leases and waits short."""
    monkeypatch.setattr(lock, "LEASE", 1.0)
    monkeypatch.setattr("indexer.elastic.bulk.FIRST_WAIT", 0.1)
    with closing(open_store(cluster.place)) as made:
        client.cluster.health(wait_for_status="green")
        yield made


def test_a_lost_node_loses_no_article_and_no_search(
    cluster: Cluster, client: Elasticsearch, store: Store
) -> None:
    """Killed while others index and search: every search is answered, every article indexed."""
    embedder = WordEmbedder()
    store.articles.put(child.articles()[:10])
    index_backlog(store, embedder)
    client.cluster.health(wait_for_status="green")
    store.articles.put(child.articles())
    first = child.articles()[0].id
    over, answers = threading.Event(), list[bool]()

    def search() -> None:
        with closing(open_store(cluster.place)) as own:
            while not over.is_set():
                (hits,) = StoreSearcher(own, embedder).search(["word0"], ANY, 5)
                answers.append(first in {hit.passage.article_id for hit in hits})

    reader = threading.Thread(target=search)
    reader.start()
    try:
        while len(answers) < 5:
            time.sleep(0.05)
        with suppress(StoreUnavailable):
            index_backlog(
                store,
                embedder,
                progress=lambda done, _: (
                    cluster.nodes[0].kill() if done >= child.COUNT // 2 else None
                ),
            )
        until_indexed(store)
        seen = len(answers)
        while len(answers) < seen + 5 and reader.is_alive():
            time.sleep(0.05)
    finally:
        over.set()
        reader.join()
    assert answers == [True] * len(answers)
    assert_whole(store)


def test_a_missing_shard_is_named_in_the_coverage(
    cluster: Cluster, client: Elasticsearch, store: Store
) -> None:
    """Three shards by a template of the operator's own, no replica, and a node gone."""
    client.indices.put_index_template(
        name="more-shards",
        index_patterns=["corroborate-passages-v*"],
        priority=1,
        template={"settings": {"number_of_shards": NODES}},
    )
    store.articles.put(child.articles())
    reindex(store, WordEmbedder())
    client.indices.put_settings(
        index="corroborate-passages",
        settings={"auto_expand_replicas": "false", "number_of_replicas": 0},
    )
    client.cluster.health(wait_for_status="green", wait_for_no_relocating_shards=True)
    assert store.articles.coverage(ANY).gaps == ()
    cluster.nodes[-1].kill()
    end = time.monotonic() + 60
    while not (gaps := store.articles.coverage(ANY).gaps) and time.monotonic() < end:
        time.sleep(0.2)
    assert gaps == ("1 of 3 shards of the index did not answer",)
    words = [f"word{i}" for i in range(child.COUNT)]
    found = sum(bool(hits) for hits in store.passages.lexical(words, ANY, 1))
    assert 0 < found < child.COUNT
