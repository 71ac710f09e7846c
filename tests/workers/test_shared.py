"""Workers that share a Redis share each host's turns, and what its robots.txt says."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from corroborate.errors import BlockedError, FetchError, StoreUnavailable
from tests.workers.redis_server import RedisServer
from tests.workers.web import Answer, Web, settings
from workers.fetch import Fetcher
from workers.pace import NotYet, Pace
from workers.polite import PoliteFetcher
from workers.robots import BELIEVED, UNANSWERED, RulesUnknown
from workers.shared import REMEMBERED, RedisTexts, RedisTurns

URL = "http://a.example/"
GAP = 5.0
#: Seconds that a test may lose between two looks at a clock.
SLACK = 1.0


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    """Return a Redis that runs."""
    redis_server.start()
    return redis_server


def pace(server: RedisServer) -> Pace:
    """Return the pace of one worker, which says how long to wait, and does not."""
    return Pace(GAP, RedisTurns(server.client()), sleep=lambda _seconds: None)


def polite(server: RedisServer) -> PoliteFetcher:
    """Return the fetcher of one worker, which hardly waits for turns."""
    client = server.client()
    turns = Pace(0.001, RedisTurns(client))
    return PoliteFetcher(Fetcher(settings()), turns, RedisTexts(client))


def wait(turns: Pace) -> float:
    """Return the seconds until the host's next turn, which is not taken unless it is now."""
    with pytest.raises(NotYet) as caught:
        turns.wait(URL, patience=0.0)
    return caught.value.seconds


def test_no_host_is_let_through_faster_than_its_gap(server: RedisServer) -> None:
    """However many ask at once: each turn is given once, and none is left out."""
    workers = [pace(server) for _ in range(4)]
    start = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        waits = sorted(pool.map(lambda n: workers[n % 4].wait(URL), range(80)))
    assert waits == pytest.approx([n * GAP for n in range(80)], abs=time.monotonic() - start)
    assert pace(server).wait("http://b.example/") == 0.0


@pytest.mark.parametrize(
    ("set_gap", "expected"),
    [
        (lambda turns: turns.wait(URL), GAP),
        (lambda turns: turns.wait(URL, 20.0), 20.0),
        (lambda turns: turns.slow_down(URL), 2 * GAP),
        (lambda turns: turns.slow_down(URL, 120.0), 120.0),
    ],
    ids=["pace", "Crawl-delay", "429 or 503", "Retry-After"],
)
def test_a_gap_that_one_worker_sets_holds_for_the_others(
    server: RedisServer, set_gap: Callable[[Pace], object], expected: float
) -> None:
    """Nobody asks before; whoever cannot wait takes no turn."""
    one, other = pace(server), pace(server)
    set_gap(one)
    assert [wait(other), wait(other), wait(one)] == pytest.approx([expected] * 3, abs=SLACK)


def test_a_host_is_slowed_down_and_eased_by_all_workers_together(server: RedisServer) -> None:
    """The gap grows and shrinks by what each of them has seen."""
    one, other = pace(server), pace(server)
    one.slow_down(URL)
    other.slow_down(URL)
    waits = [one.wait(URL), other.wait(URL)]
    for turns in [one, other] * 4:
        turns.ease(URL)
    waits += [one.wait(URL), other.wait(URL)]
    assert waits == pytest.approx([20.0, 40.0, 60.0, 65.0], abs=SLACK)


def test_a_hold_only_ever_lengthens_the_wait(server: RedisServer) -> None:
    """A shorter one does not undo a longer one, of whichever worker."""
    one, other = (RedisTurns(server.client()) for _ in range(2))
    one.hold("a.example", 60.0)
    other.hold("a.example", 1.0)
    assert other.take("a.example", GAP, 0.0) == pytest.approx(60.0, abs=SLACK)
    other.hold("a.example", 90.0)
    assert one.take("a.example", GAP, 0.0) == pytest.approx(90.0, abs=SLACK)


def test_a_hold_is_over_in_time(server: RedisServer) -> None:
    """Not sooner, and then the turn is free at once."""
    turns = RedisTurns(server.client())
    start = time.monotonic()
    turns.hold("a.example", 0.3)
    while turns.take("a.example", GAP, 0.0):
        assert time.monotonic() - start < 0.3 + SLACK
    # Redis counts in whole milliseconds.
    assert time.monotonic() - start >= 0.299


def test_nothing_is_remembered_for_ever(server: RedisServer) -> None:
    """Turns go when they are over, gaps after a day, rules when they are not believed any more."""
    client: Any = server.client()
    turns, texts = RedisTurns(client), RedisTexts(client)
    turns.take("a.example", GAP, 0.0)
    turns.hold("b.example", 60.0)
    turns.set_gap("a.example", 10.0)
    texts.put("http://a.example", "", BELIEVED)
    left = {key.decode(): client.pttl(key) / 1000 for key in client.scan_iter()}
    assert left == {
        # A turn lasts a second longer than it is needed.
        "turn:a.example": pytest.approx(GAP + 1, abs=SLACK),
        "turn:b.example": pytest.approx(61.0, abs=SLACK),
        "gap:a.example": pytest.approx(REMEMBERED, abs=2),
        "robots:http://a.example": pytest.approx(BELIEVED, abs=2),
    }
    turns.set_gap("a.example", 0.0)
    assert not client.exists("gap:a.example")


def test_rules_that_one_worker_has_read_hold_for_the_others(web: Web, server: RedisServer) -> None:
    """They are asked for once; the delay that they want is kept by all."""
    rules = web.put(
        web.url("/robots.txt"), Answer(b"User-agent: *\nCrawl-delay: 30\nDisallow: /private\n")
    )
    page = web.put(web.url("/1"), Answer(b"x"))
    one, other = polite(server), polite(server)
    assert one.fetch(page).body == b"x"
    with pytest.raises(BlockedError):
        other.fetch(web.url("/private"))
    with pytest.raises(NotYet) as caught:
        other.fetch(page, patience=0.0)
    assert caught.value.seconds == pytest.approx(30.0, abs=SLACK)
    assert (len(web.asked(rules)), len(web.asked(page))) == (1, 1)


def test_a_host_that_asks_one_worker_to_stay_away_is_left_alone_by_all(
    web: Web, server: RedisServer
) -> None:
    """Its Retry-After is for whoever asks it."""
    busy = Answer(status=503, headers={"Retry-After": "40"})
    page = web.put(web.url("/1"), busy)
    one, other = polite(server), polite(server)
    with pytest.raises(FetchError):
        one.fetch(page)
    with pytest.raises(NotYet) as caught:
        other.fetch(page, patience=0.0)
    assert caught.value.seconds == pytest.approx(40.0, abs=SLACK)
    assert len(web.asked(page)) == 1


def test_rules_that_do_not_answer_one_worker_are_unknown_to_all(
    web: Web, server: RedisServer
) -> None:
    """A failing host is not asked by each of them."""
    rules = web.put(web.url("/robots.txt"), Answer(status=500))
    for fetcher in (polite(server), polite(server)):
        with pytest.raises(RulesUnknown) as caught:
            fetcher.fetch(web.url("/1"))
        assert caught.value.seconds == pytest.approx(UNANSWERED, abs=SLACK)
    assert len(web.asked(rules)) == 1


def test_a_redis_that_is_away_is_said_to_be_away(server: RedisServer) -> None:
    """Whoever asks waits for it, instead of asking a host out of turn."""
    client = server.client()
    turns, texts = RedisTurns(client), RedisTexts(client)
    server.stop()
    asks: list[Callable[[], object]] = [
        lambda: turns.take("a.example", GAP, 0.0),
        lambda: turns.hold("a.example", 1.0),
        lambda: turns.gap("a.example"),
        lambda: turns.set_gap("a.example", 1.0),
        lambda: turns.set_gap("a.example", 0.0),
        lambda: texts.get("http://a.example"),
        lambda: texts.put("http://a.example", "", 1.0),
    ]
    for ask in asks:
        with pytest.raises(StoreUnavailable, match="Redis does not answer"):
            ask()
    server.start()
    assert turns.take("a.example", GAP, 0.0) == 0.0
