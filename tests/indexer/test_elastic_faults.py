"""A real Elasticsearch that dies, is full, is away or is not what it should be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from corroborate.errors import StoreError, StoreUnavailable
from corroborate.identity import version
from corroborate.settings import masked
from corroborate.types import Feed, SearchFilter
from indexer.elastic import bulk, lock
from indexer.elastic.bulk import AT_ONCE
from indexer.elastic.client import read_place
from indexer.elastic.indices import VERSION
from indexer.elastic.table import Document, Table
from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from tests.elasticsearch import Server, scratch, start
from tests.embedders import WordEmbedder
from tests.indexer import child
from tests.indexer.contract_index import write
from tests.indexer.test_embedded_faults import assert_whole
from tests.samples import article

if TYPE_CHECKING:
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from corroborate.protocols import Store

ANY = SearchFilter()
#: Prefix of a store that another application's index is in the way of.
SHARED = "corroborate-shared"
#: A line in which no part of a secret is, nor of what looks like one.
SAYS_NOTHING = r"^((?!sec|et@|cret|12).)*is none we know((?!sec|cret|12).)*$"


@pytest.fixture
def started(installation: Path) -> Iterator[Callable[[int], Server]]:
    """Yield what starts a server on a port, with the data of the one before; none is left."""
    assert installation.exists()
    with scratch() as folder, ExitStack() as servers:

        def again(port: int) -> Server:
            server = start(folder, port)
            servers.callback(server.kill)
            return server

        yield again


@pytest.mark.parametrize("falls", ["between two batches", "within a batch"])
def test_a_server_that_is_killed_loses_nothing(
    started: Callable[[int], Server], monkeypatch: pytest.MonkeyPatch, falls: str
) -> None:
    """Killed while it indexes: every archived article is there, and in the end indexed once."""
    monkeypatch.setattr(lock, "LEASE", 1.0)
    monkeypatch.setattr("indexer.elastic.bulk.FIRST_WAIT", 0.1)
    # Several requests for one batch.
    monkeypatch.setattr("indexer.elastic.bulk.AT_ONCE", 16)
    server = started(0)
    port = int(server.url.rpartition(":")[2])
    half = threading.Event()

    def passed_on(actions: Iterable[Document]) -> Iterator[Document]:
        for i, action in enumerate(actions):
            if i == 40 and half.is_set():
                threading.Thread(target=server.kill).start()
            yield action

    def progress(done: int, _: int) -> None:
        if done >= child.COUNT // 2:
            half.set()
            if falls == "between two batches":
                server.kill()

    with closing(open_store(server.url)) as store:
        child.archive(store)
        monkeypatch.setattr(
            "indexer.elastic.index.write",
            lambda client, actions, *rest, **named: bulk.write(
                client, passed_on(actions), *rest, **named
            ),
        )
        with pytest.raises(StoreUnavailable):
            index_backlog(store, WordEmbedder(), progress=progress)
        half.clear()
        server = started(port)
        assert len(list(store.articles)) == child.COUNT
        until_indexed(store)
        assert_whole(store)


def until_indexed(store: Store) -> None:
    """Index as workers do, again and again, until the dead one's lease has run out."""
    over = threading.Event()
    for _ in range(100):
        index_backlog(store, WordEmbedder())
        if not store.articles.pending():
            return
        over.wait(0.2)
    pytest.fail("the backlog is not worked off")


def test_no_query_is_lost_while_the_index_is_built_anew(place: str) -> None:
    """Each search finds the article, in the old index or in the new one."""
    found: list[int] = []
    over = threading.Event()
    with closing(open_store(place)) as store, closing(open_store(place)) as second:
        store.articles.put([article(), *child.articles()[:40]])
        index_backlog(store, WordEmbedder())

        def ask() -> None:
            while not over.is_set():
                found.append(len(second.passages.lexical(["fourteen"], ANY, 5)[0]))

        asking = threading.Thread(target=ask)
        asking.start()
        for number in range(3):
            reindex(store, WordEmbedder(f"words-{number}"))
        over.set()
        asking.join()
    assert len(found) > 10
    assert set(found) == {1}


def test_a_cluster_without_room_says_so_and_goes_on_later(
    place: str, elasticsearch: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flood stage makes indices read-only: one line, nothing lost, and it goes on."""
    monkeypatch.setattr("indexer.elastic.bulk.FIRST_WAIT", 0.01)
    prefix = place.rpartition("/")[2]
    blocked = "index.blocks.read_only_allow_delete"
    with closing(open_store(place)) as store:
        store.articles.put([article()])
        elasticsearch.indices.put_settings(index=f"{prefix}-*", settings={blocked: True})
        with pytest.raises(StoreUnavailable) as caught:
            store.articles.put([article("later")])
        assert "\n" not in str(caught.value)
        elasticsearch.indices.put_settings(index=f"{prefix}-*", settings={blocked: None})
        store.articles.put([article("later")])
        assert index_backlog(store, WordEmbedder()) == 2


def test_counting_at_once_counts_each(place: str) -> None:
    """Workers that add one to the same feed at the same moment do not overwrite each other."""
    url = "https://feeds.example/all"
    with closing(open_store(place)) as store:
        store.feeds.put([Feed(url)])
        threads = [threading.Thread(target=store.feeds.count, args=[url]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (counted := store.feeds.get(url)) is not None
        assert counted.articles == 8


def test_a_lock_that_nobody_renews_is_free_again(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a dead process held is taken over once its lease has run out, and not before."""
    with closing(open_store(place)) as store, closing(open_store(place)) as second:
        with store.indexing() as mine, second.indexing() as theirs:
            assert (mine, theirs) == (True, False)
        with second.indexing() as theirs:
            assert theirs
        monkeypatch.setattr(lock, "LEASE", -1.0)
        with store.indexing() as mine, second.indexing() as theirs:
            assert (mine, theirs) == (True, True)


def test_who_lost_the_right_to_index_changes_nothing(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still beyond its lease does not undo what another did meanwhile."""
    embedder = WordEmbedder()
    with closing(open_store(place)) as store, closing(open_store(place)) as second:
        store.articles.put([article(text="A walrus.")])
        monkeypatch.setattr(lock, "LEASE", -1.0)
        with store.indexing() as mine:
            assert mine
            (old,) = store.articles.backlog(1)
            stalled = store.passages.next("words-1", embedder.dim)
            second.articles.put([article(text="An otter.")])
            index_backlog(second, embedder)
            taken = "another took over the indexing"
            with pytest.raises(StoreUnavailable, match=taken):
                stalled.publish()
            with pytest.raises(StoreUnavailable, match=taken):
                store.passages.replace([old], [[]], [embedder.embed_passages([])])
            with pytest.raises(StoreUnavailable, match=taken):
                store.articles.indexed([(old.id, version(old))])
        assert len(store.passages.lexical(["otter"], ANY, 5)[0]) == 1


@pytest.mark.parametrize("late", ["write", "write anew", "publish"])
def test_what_is_sent_after_another_took_over_is_refused(
    place: str, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """A process may stand still between its look at the lock and what it then sends."""
    embedder = WordEmbedder()
    with closing(open_store(place)) as store, closing(open_store(place)) as second:
        store.articles.put([article(text="A walrus.")])
        index_backlog(store, embedder)
        monkeypatch.setattr(lock, "LEASE", -1.0)
        with store.indexing() as mine:
            assert mine
            new = store.passages.next("words-1", embedder.dim)
            look = lock.Lock.check

            def stand_still(self: lock.Lock) -> None:
                look(self)
                monkeypatch.setattr(lock.Lock, "check", look)
                second.articles.put([article(text="An otter.")])
                assert index_backlog(second, embedder) == 1

            sent = {
                "write": lambda: write(store.passages, article(text="A walrus. " * 9)),
                "write anew": lambda: write(new, article(text="A walrus. " * 9)),
                "publish": new.publish,
            }
            monkeypatch.setattr(lock.Lock, "check", stand_still)
            with pytest.raises(StoreUnavailable, match="another took over the indexing"):
                sent[late]()
        assert len(store.passages.lexical(["otter"], ANY, 5)[0]) == 1
        assert store.passages.lexical(["walrus"], ANY, 5) == [[]]


def test_a_lock_that_ran_out_and_nobody_took_still_holds(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow is not lost."""
    monkeypatch.setattr(lock, "LEASE", -1.0)
    with closing(open_store(place)) as store:
        store.articles.put([article()])
        assert index_backlog(store, WordEmbedder()) == 1


def test_two_generations_never_share_a_name(place: str, elasticsearch: Elasticsearch) -> None:
    """What a reindexing left is dropped by the next, and its name is not used again."""
    pattern = f"{place.rpartition('/')[2]}-passages-v*"
    with closing(open_store(place)) as store:
        with store.indexing():
            store.passages.next("words-1", 256)
        left = set(elasticsearch.indices.get(index=pattern))
        with store.indexing():
            store.passages.next("words-1", 256)
        there = set(elasticsearch.indices.get(index=pattern))
        assert (len(left), len(there), left & there) == (1, 1, set())


def test_passages_are_seen_when_all_are_written_and_not_before(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No refresh of the server's own shows what is written in between."""
    with closing(open_store(place)) as store:
        store.articles.put([article()])
        index_backlog(store, WordEmbedder())
        with monkeypatch.context() as before_the_end:
            before_the_end.setattr(Table, "refresh", lambda _: None)
            write(store.passages, article("new", text="A walrus."))
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                assert store.passages.lexical(["walrus"], ANY, 5) == [[]]
                time.sleep(0.1)
        write(store.passages, article("newer", text="A walrus."))
        assert len(store.passages.lexical(["walrus"], ANY, 5)[0]) == 2


def test_an_archive_without_an_index_is_a_gap(store: Store) -> None:
    """Nothing found in what is not indexed is not the same as no coverage."""
    assert store.articles.coverage(ANY).gaps == ()
    store.articles.put([article()])
    assert store.passages.lexical(["port"], ANY, 5) == [[]]
    gaps = ("there is no index; 'corroborate reindex' makes one",)
    assert store.articles.coverage(ANY).gaps == gaps
    index_backlog(store, WordEmbedder())
    assert store.articles.coverage(ANY).gaps == ()


def test_taking_many_off_the_backlog_writes_those_in_it(
    place: str, elasticsearch: Elasticsearch
) -> None:
    """After a reindexing every article is named; those that wait for nothing stay as they are."""
    articles = f"{place.rpartition('/')[2]}-articles"
    with closing(open_store(place)) as store:
        every = [article(f"n{i:04}", text="") for i in range(AT_ONCE + 20)]
        versions = [(one.id, version(one)) for one in every]
        store.articles.put(every[:-1])
        store.articles.indexed(versions)
        store.articles.put(every[-1:])
        store.articles.indexed(versions)
        assert store.articles.pending() == 0
        ids = [every[0].id, every[-2].id, every[-1].id]
        docs = elasticsearch.mget(index=articles, ids=ids)["docs"]
        assert [doc["_version"] for doc in docs] == [2, 2, 2]


def test_going_through_the_archive_may_take_long(place: str, elasticsearch: Elasticsearch) -> None:
    """Between two articles nothing is held on the server that could run out."""
    with closing(open_store(place)) as store:
        store.articles.put([article("a"), article("b")])
        rest = iter(store.articles)
        next(rest)
        (node,) = elasticsearch.nodes.stats(metric="indices", index_metric="search")[
            "nodes"
        ].values()
        assert node["indices"]["search"]["open_contexts"] == 0


def test_a_store_of_another_version_is_left_alone(
    store: Store, place: str, elasticsearch: Elasticsearch
) -> None:
    """Whether older or newer: what is not understood is not touched."""
    feeds = f"{place.rpartition('/')[2]}-feeds"
    store.feeds.put([Feed("https://feeds.example/all")])
    elasticsearch.indices.put_mapping(index=feeds, meta={"version": VERSION + 1})
    try:
        with pytest.raises(StoreError, match=r"^\S+-feeds-v1 was made by another version"):
            open_store(place)
    finally:
        elasticsearch.indices.put_mapping(index=feeds, meta={"version": VERSION})


@pytest.mark.parametrize("name", ["feeds", "passages"])
@pytest.mark.parametrize("meta", [None, {"version": "7.1", "embedder": 1, "dim": 256}])
def test_an_index_of_another_application_is_told_apart(
    elasticsearch_url: str, elasticsearch: Elasticsearch, name: str, meta: Document | None
) -> None:
    """What has a name of ours and was not made by us is one line that says what to do."""
    theirs = f"{SHARED}-{name}"
    elasticsearch.indices.create(index=theirs, mappings={"_meta": meta} if meta else {})
    try:
        with (
            pytest.raises(StoreError, match=rf"^{theirs} was made by another application: name"),
            closing(open_store(f"{elasticsearch_url}/{SHARED}")) as store,
        ):
            store.overview()
    finally:
        elasticsearch.indices.delete(index=list(elasticsearch.indices.get(index=f"{SHARED}-*")))


def test_an_index_of_another_application_is_not_dropped(
    store: Store, place: str, elasticsearch: Elasticsearch
) -> None:
    """Though it is named as one of our generations."""
    theirs = f"{place.rpartition('/')[2]}-passages-v0"
    # A template of ours keeps a write from making it, and nobody from doing so by name.
    elasticsearch.indices.create(index=theirs)
    store.articles.put([article()])
    index_backlog(store, WordEmbedder())
    assert reindex(store, WordEmbedder("words-2")) == 1
    assert elasticsearch.indices.exists(index=theirs)


@contextmanager
def server_that_says(**headers: str) -> Iterator[str]:
    """Yield the URL of a server that says it is 8.10."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(b'{"version": {"number": "8.10.4"}}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_is_no_elasticsearch_is_refused() -> None:
    """One line says what answered."""
    with (
        server_that_says() as url,
        pytest.raises(StoreError, match=r"^what answers at \S+ is no Elasticsearch$"),
    ):
        open_store(url)


def test_an_elasticsearch_that_is_too_old_is_refused() -> None:
    """One line says which it is and which is needed."""
    with (
        server_that_says(x_elastic_product="Elasticsearch") as url,
        pytest.raises(StoreError, match=r"^Elasticsearch at \S+ is 8\.10\.4; 8\.18 or later is"),
    ):
        open_store(url)


@pytest.mark.parametrize(
    ("where", "error", "line"),
    [
        ("http://127.0.0.1:9", StoreUnavailable, r"^Elasticsearch at http://127\.0\.0\.1:9 does"),
        ("http://u:secret@127.0.0.1:9", StoreUnavailable, r"^((?!secret).)*$"),
        ("ftp://example.org", StoreError, "is none we know"),
        ("http://127.0.0.1:9/a?shards=3", StoreError, "is none we know"),
        ("https://127.0.0.1:9/a?ca_certs=/no/file", StoreError, "/no/file is not there"),
        (
            f"https://127.0.0.1:9/a?ca_certs={__file__}",
            StoreError,
            r"\.py is not there, or is none",
        ),
        ("http://[::1", StoreError, "is none we know"),
        ("http://host:abc", StoreError, "is none we know"),
        ("http://host:99999", StoreError, "is none we know"),
        ("http://host,", StoreError, "is none we know"),
        ("http://two words", StoreError, "is none we know"),
        ("http://127.0.0.1:9?ca_certs=/etc/hosts", StoreError, "is none we know"),
        ("https://u:secret@127.0.0.1:9?api_key=secret", StoreError, SAYS_NOTHING),
        ("http://u:secr/et@127.0.0.1:9", StoreError, SAYS_NOTHING),
        ("http://u:12/secret@127.0.0.1:9", StoreError, SAYS_NOTHING),
        ("http://u:12?secret@127.0.0.1:9", StoreError, SAYS_NOTHING),
        ("http://u:12#secret@127.0.0.1:9", StoreError, SAYS_NOTHING),
        ("http://u:sécret@127.0.0.1:9", StoreError, SAYS_NOTHING),
        ("http://127.0.0.1:9?api_key=secret%0A", StoreError, SAYS_NOTHING),
    ],
)
def test_a_store_that_cannot_be_opened(where: str, error: type[StoreError], line: str) -> None:
    """One line names the cluster and the fault, and no secret."""
    with pytest.raises(StoreError, match=line) as caught:
        open_store(where)
    assert type(caught.value) is error


def test_a_node_may_be_named_by_its_number() -> None:
    """An IPv6 address keeps its brackets and gets a port."""
    assert read_place("http://[::1],es2:9201").nodes == ("http://[::1]:9200", "http://es2:9201")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pa/ss@h:9", "https://***@h:9"),
        ("https://user:p@ss@h:9/news", "https://***@h:9/news"),
        ("https://h:9?api_key=a@b", "https://h:9?api_key=***"),
        ("https://blogs.example/feed/@somebody", "https://blogs.example/feed/@somebody"),
    ],
)
def test_a_setting_is_shown_without_its_secret(url: str, shown: str) -> None:
    """Also where the password was not escaped as it should have been."""
    assert masked(url) == shown
