"""The logs."""

from __future__ import annotations

import io
import sys

import pytest
import structlog

from corroborate.logs import configure


def test_a_line_goes_to_the_standard_error_of_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that was replaced, and is closed, is not written to."""
    log = structlog.get_logger()
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    configure("warning")
    log.warning("one")
    first_said = first.getvalue()
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    log.warning("two")
    log.info("unasked")
    assert '"one"' in first_said
    assert '"two"' in second.getvalue()
    assert "unasked" not in second.getvalue()


def test_a_line_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and keys in the URLs of feeds stay out of the logs."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    configure("info")
    url = "https://me:sesame@a.example/feed?n=1&access_token=sesame&page=2"
    structlog.get_logger().info("feed", url=url, reason=f"{url}: status 500", new=3)
    assert "sesame" not in said.getvalue()
    assert "a.example/feed?n=1&access_token=***&page=2" in said.getvalue()
