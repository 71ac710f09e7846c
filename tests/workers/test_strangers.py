"""Rules, dates and headers come from strangers: whatever they are, they are read within bounds."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corroborate.errors import BlockedError
from corroborate.types import Feed, FeedKind, Page
from workers import schedule
from workers.dates import dates_in, parse_moment, possible_days
from workers.feeds import ReadFeed
from workers.fetch import _retry_after
from workers.pace import NotYet
from workers.robots import FAILING, READ, Robots

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
FEED = "https://a.example/feed"
YEAR = 366 * 86_400.0
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(str),
    st.sampled_from(["9" * 5_000, "1e999", "٣٣", "²", "0x10", "1_0", "+5", " 7 "]),
)
#: A few figures, months, zones and signs in any order: nearly dates.
PARTS = st.lists(
    st.sampled_from(
        ["2017", "1999", "20٢٣", "0000", "9999", "04", "14", "31", "99", "12:30", "24:00", "T", "Z",
         "-", ":", "/", ".", ",", " ", "+", "+99:99", "-2359", "GMT", "EDT", "am", "p.m.", "April",
         "Feb.", "Sept", "Friday", "Thu,", "of", "th", "st", "1e9", "1491989400", "1491989400000"]
    ),
    max_size=12,
)  # fmt: skip
NEARLY = st.one_of(
    st.text(max_size=60),
    PARTS.map("".join),
    PARTS.map(" ".join),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.just(UTC)).map(format_datetime),
)
RULES = st.lists(
    st.one_of(
        st.builds(
            "{}:{}".format,
            st.sampled_from(
                ["User-agent", "Disallow", "Allow", "Crawl-delay", "Request-rate", "Visit-time",
                 "Sitemap", "Host", "Clean-param", ""]
            ),
            st.one_of(
                NUMBERS,
                st.text("/*$?%aA0é\0 :#", max_size=30),
                st.sampled_from(["*", "Corroborate", "corroborate/9", "1/5s", "0600-0845", "%ZZ"]),
            ),
        ),
        st.text(max_size=40),
    ),
    max_size=15,
).map("\n".join)  # fmt: skip


def checked(body: bytes) -> float | None:
    """Return the delay that a robots.txt asks for; None: it lets us fetch nothing."""
    url = "https://a.example/robots.txt"
    page = Page(url, url, 200, {}, body, NOW)
    robots = Robots(lambda _url, _patience: page)
    try:
        return robots.check("https://a.example/news/a?b=%20é#c", 1.0)
    except BlockedError:
        return None


# The first of them has the parser loaded.
@settings(deadline=None)
@given(RULES.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=200))
@example(b"User-agent: *\nCrawl-delay: 1e999")
@example(b"User-agent: *\nDisallow: /" + b"*a" * 200 + b"$")
@example(b"\0" + FAILING.encode() + b"9e9 cause")
@example(FAILING.encode("utf-16") + b"x")
def test_any_robots_txt_is_read(body: bytes) -> None:
    """It allows or it does not; the delay is a number of seconds."""
    delay = checked(body)
    assert delay is None or (math.isfinite(delay) and delay >= 0)


def test_a_robots_txt_cannot_make_matching_take_for_ever() -> None:
    """Many stars in a rule against a long address."""
    address = "a" * 2_000
    url = "https://a.example/robots.txt"
    body = b"User-agent: *\nDisallow: /" + b"*a" * 50 + b"*b$\n"
    page = Page(url, url, 200, {}, body[:READ], NOW)
    assert Robots(lambda _url, _patience: page).check(f"https://a.example/{address}", 1.0) == 0.0


@pytest.mark.parametrize("rest", [b"", b"soon", b"nan", b"inf", b"1e300"])
def test_a_robots_txt_cannot_pass_for_one_that_does_not_answer(rest: bytes) -> None:
    """The mark of a host that is failing is ours; in a stranger's text it is junk."""
    try:
        assert checked(FAILING.encode() + rest) == 0.0
    except NotYet as exc:
        pytest.fail(f"taken for a host that is failing for {exc.seconds} seconds")


@given(NEARLY | NUMBERS)
def test_any_date_is_a_moment_or_none(text: str) -> None:
    """In UTC, not before 1600 and hardly in the future."""
    moment = parse_moment(text)
    if moment:
        assert moment.time.utcoffset() == timedelta(0)
        assert moment.time.year >= 1600
        assert moment.time <= datetime.now(UTC) + timedelta(days=2)
        assert not moment.day_only or moment.time.time() == datetime.min.time()


@given(
    st.integers(-(10**30), 10**30) | st.floats() | st.booleans() | st.none() | st.lists(st.text())
)
def test_any_value_of_json_is_a_moment_or_none(value: object) -> None:
    """Feeds and pages write dates as they like."""
    moment = parse_moment(value)
    assert moment is None or moment.time.year >= 1600


@given(NEARLY, st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_text_has_days_or_none(text: str, today: date) -> None:
    """Days stand where they are said to, and possible ones are not in the future."""
    for offset, day in dates_in(text):
        assert 0 <= offset < len(text)
        assert 1900 <= day.year <= 2099
    days = possible_days(text, today)
    assert days == sorted(set(days), reverse=True)
    assert all(day <= today for day in days)


@pytest.mark.parametrize("text", ["5 Aprıl 2017", "Auguſt 5, 2017", "Friday, Aprıl 14"])
def test_letters_that_only_count_as_those_of_a_month_are_no_month(text: str) -> None:
    """A dotless i and a long s are the same as i and s where case does not count."""
    assert (dates_in(text), possible_days(text, NOW.date())) == ([], [])
    assert parse_moment(text) is None


@given(NEARLY | NUMBERS | NUMBERS.map(lambda number: f"Thu, {number} Jan 1970 00:00:00 GMT"))
@example("")
def test_any_retry_after_is_seconds_or_none(value: str) -> None:
    """No more than a year."""
    seconds = _retry_after(value)
    assert seconds is None or 0 <= seconds <= YEAR


@given(st.text(max_size=60) | NUMBERS.map(lambda number: f"private, max-age={number}"))
@example("max-age=999999999, max-age=0")
def test_any_cache_control_keeps_a_feed_within_its_bounds(value: str) -> None:
    """It is polled between ten minutes and a day from now."""
    page = Page(FEED, FEED, 200, {"cache-control": value}, b"", NOW)
    read = ReadFeed(FeedKind.RSS, "Herald", ())
    after = schedule.after_answer(Feed(FEED), page, read, new=0, conditional=False, now=NOW)
    assert after.due is not None
    assert 600 <= after.interval <= 86_400
    assert timedelta(minutes=10) <= after.due - NOW <= timedelta(days=1)
