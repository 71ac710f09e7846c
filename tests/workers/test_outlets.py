"""Which outlets a name means."""

from __future__ import annotations

from corroborate.types import Outlet
from workers.outlets import ids


def test_a_name_means_the_stored_outlets_of_that_name() -> None:
    """Those that the table does not know are found by the name that a search prints."""
    stored = [Outlet("rivgaz.com", "Riverton Gazette"), Outlet("npr.org", "NPR")]
    assert ids(["riverton  GAZETTE"], stored) == {"riverton-gazette", "rivgaz.com"}
    assert ids(["NPR", "rivgaz.com"], stored) == {"npr.org", "rivgaz.com"}
    assert ids([], stored) == frozenset()
