"""Times as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workers.dates import Moment, parse_moment

NOON = datetime(2017, 4, 5, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "201704051230",
        201704051230,
        "20170405123000",
        "20170405123000Z",
        "20170405123000.5",
        "201704051430+0200",
        "20170405T1230",
        "1491395400",
        "1491395400000",
        1491395400000,
    ],
)
def test_figures_alone_are_a_day_with_a_time_or_a_unix_time(value: object) -> None:
    """Those that begin with a day are no milliseconds since 1970."""
    moment = parse_moment(value)
    assert moment is not None
    assert (moment.time.replace(microsecond=0), moment.day_only) == (NOON, False)


def test_figures_that_are_midnight_are_a_day() -> None:
    """As in any other way to write it."""
    assert parse_moment("201704050000") == Moment(datetime(2017, 4, 5, tzinfo=UTC), day_only=True)


@pytest.mark.parametrize("value", ["201702301230", "20170405123", "2017040512300"])
def test_figures_that_are_neither_are_none(value: str) -> None:
    """February has no 30th; a figure is missing, or one too many."""
    assert parse_moment(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "Wed, 5 Apr 2017 13:30:00 BST",
        "Wed, 05 Apr 2017 22:30 AEST",
        "2017-04-05T13:30:00 BST",
        "2017-04-05 08:30 EDT",
        "Wed Apr 05 2017 14:30:00 GMT+0200 (Central European Summer Time)",
        "Wed Apr 05 13:30:00 BST 2017",
        "2017/04/05 12:30",
        "2017/4/5 12:30:00",
        "2017.04.05 12:30",
    ],
)
def test_a_time_is_read_with_its_zone_however_programs_write_it(value: str) -> None:
    """Mail's own standard knows American zones only."""
    assert parse_moment(value) == Moment(NOON, day_only=False)


def test_midnight_in_a_named_zone_is_a_day() -> None:
    """As it is in one in figures."""
    day = Moment(datetime(2017, 4, 5, tzinfo=UTC), day_only=True)
    assert parse_moment("Wed, 5 Apr 2017 00:00:00 BST") == day
