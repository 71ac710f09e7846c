"""What a cluster answers that has lost a part: a client of the test's own in place of a server."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from corroborate.errors import StoreError, StoreUnavailable
from corroborate.types import SearchFilter
from indexer.elastic import index as index_module
from indexer.elastic.index import ElasticIndex
from indexer.elastic.lock import Lock
from indexer.elastic.table import Table

ENGLISH = SearchFilter(languages=frozenset({"en"}))
MAPPING = {"news-passages-v1": {"mappings": {"_meta": {"embedder": "words-1", "dim": 256}}}}
AWAY = {"type": "no_shard_available_action_exception", "reason": "No shard available"}


def searched(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, Any]) -> ElasticIndex:
    """Return an index whose searches are answered like this, one after another, the last for ever.

    It does not wait between two tries.
    """
    monkeypatch.setattr(index_module, "WAITS", (0.0,))
    left = list(answers)

    def msearch(searches: list[Any]) -> dict[str, Any]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        return {"responses": [answer] * (len(searches) // 2)}

    client = SimpleNamespace(
        msearch=msearch, indices=SimpleNamespace(get_mapping=lambda **_: MAPPING)
    )
    lock = Lock(Table(client, "news-locks", "http://es:9200"), "indexing")
    return ElasticIndex(client, "news", "http://es:9200", lock)


def shards(total: int, successful: int) -> dict[str, Any]:
    """Return an answer without hits, of so many shards."""
    failed = {"total": total, "successful": successful, "skipped": 0, "failed": 0}
    return {"_shards": failed, "hits": {"hits": []}, "status": 200}


def refusal(status: int, kind: str, reason: str) -> dict[str, Any]:
    """Return the answer to one search of a request that was itself answered."""
    return {"error": {"type": kind, "reason": reason}, "status": status}


def test_a_document_whose_shard_is_away_is_not_unknown() -> None:
    """The request has status 200, and the document an error: it may be there all the same."""
    docs = [{"_id": "a", "found": False}, {"_id": "b", "error": AWAY}]
    client = SimpleNamespace(mget=lambda **_: {"docs": docs})
    with pytest.raises(StoreUnavailable, match=r"^Elasticsearch at http://es:9200 cannot read"):
        Table(client, "news-articles", "http://es:9200").get(["a", "b"])


def test_what_a_search_missed_is_a_gap_although_all_is_well_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The coverage is asked for after the searches it speaks of; it names the gap once."""
    index = searched(monkeypatch, shards(3, 2), shards(3, 2), shards(3, 3))
    assert index.lexical(["port"], ENGLISH, 5) == [[]]
    assert index.gaps() == ("1 of 3 shards of the index did not answer",)
    assert index.gaps() == ()


def test_what_a_second_try_finds_is_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replica took over while the search waited."""
    index = searched(monkeypatch, shards(3, 2), shards(3, 3))
    assert index.lexical(["port"], ENGLISH, 5) == [[]]
    assert index.gaps() == ()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(503, "search_phase_execution_exception", "all shards failed"), StoreUnavailable),
        (refusal(429, "es_rejected_execution_exception", "queue is full"), StoreUnavailable),
        (refusal(400, "search_phase_execution_exception", "too many clauses"), StoreError),
    ],
)
def test_one_search_that_fails_says_whether_to_try_later(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], error: type[StoreError]
) -> None:
    """The status of the search counts, not the 200 of the request."""
    with pytest.raises(StoreError, match=answer["error"]["reason"]) as caught:
        searched(monkeypatch, answer).lexical(["port"], ENGLISH, 5)
    assert type(caught.value) is error
