"""Simulate a week of polling thousands of feeds: are they polled in time, and politely?

    ./run bench schedule --feeds 10000 --workers 32

The decisions and the turns are the real ones (``workers.schedule``, ``workers.pace``); only
the clock, the network and the news are simulated. Feeds change at random (Poisson), from
many times an hour to once in months; a request takes 0.2 to 3 seconds; one poll in fifty
fails; some hosts carry many feeds.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from corroborate.errors import FetchError
from corroborate.types import Feed, FeedKind, Page
from workers import schedule
from workers.feeds import ReadFeed
from workers.pace import ProcessTurns

START = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = 7 * 86_400.0
READ = ReadFeed(FeedKind.RSS, "", ())


def after(feed: Feed, news: float, seconds: float, chance: random.Random) -> Feed:
    """Return a feed after a simulated poll."""
    now = START + timedelta(seconds=seconds)
    if chance.random() < 0.02:
        return schedule.after_failure(feed, FetchError(feed.url, "away", retry=True), now)
    elapsed = (now - feed.polled).total_seconds() if feed.polled else WEEK
    new = int(chance.expovariate(1 / news) < elapsed)
    page = Page(feed.url, feed.url, 200, {}, b"", now)
    return schedule.after_answer(feed, page, READ, new=new, conditional=False, now=now)


def main() -> None:
    """Run the simulation and print what it showed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--pace", type=float, default=5.0)
    options = parser.parse_args()
    chance = random.Random(7)
    random.seed(7)
    clock = [0.0]
    turns = ProcessTurns(lambda: clock[0])
    feeds: list[Feed] = []
    news: list[float] = []
    due: list[tuple[float, int]] = []
    for n in range(options.feeds):
        # One feed in five is on one of forty shared hosts.
        host = f"shared{n % 40}.example" if n % 5 == 0 else f"host{n}.example"
        feeds.append(Feed(f"https://{host}/{n}", interval=3600.0))
        news.append(10 ** chance.uniform(2.5, 6.5))
        heapq.heappush(due, (chance.uniform(0, 3600.0), n))
    workers = [0.0] * options.workers
    asked: defaultdict[str, list[float]] = defaultdict(list)
    late: list[float] = []
    while due and due[0][0] < WEEK:
        wanted, n = heapq.heappop(due)
        clock[0] = max(wanted, heapq.heappop(workers))
        host = feeds[n].url.split("/")[2]
        turn = clock[0] + turns.take(host, options.pace, float("inf"))
        asked[host].append(turn)
        if feeds[n].polled:
            late.append((turn - wanted) / feeds[n].interval)
        heapq.heappush(workers, turn + chance.uniform(0.2, 3.0))
        feeds[n] = after(feeds[n], news[n], turn, chance)
        next_due = feeds[n].due
        assert next_due is not None
        heapq.heappush(due, ((next_due - START).total_seconds(), n))
    broken = sum(
        later - earlier < options.pace - 1e-6
        for times in asked.values()
        for earlier, later in pairwise(sorted(times))
    )
    in_time = sum(share <= 0.1 for share in late) / len(late)
    print(f"{options.feeds:,} feeds, {options.workers} workers, one simulated week")
    print(f"polls: {sum(map(len, asked.values())):,}; closer than the pace: {broken}")
    print(f"within 10 % of the interval after due: {in_time:.4%}; worst {max(late):.2%}")
    print(
        f"median interval at the end: {statistics.median(f.interval for f in feeds) / 60:.0f} min"
    )


if __name__ == "__main__":
    main()
