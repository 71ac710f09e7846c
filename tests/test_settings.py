"""What settings show, and what they refuse."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from corroborate.errors import SettingsError
from corroborate.settings import load, masked


@pytest.mark.parametrize("repeated", ["?", "?key", "&token", "://", "://a/@", "x"])
def test_hostile_text_is_masked_at_once(repeated: str) -> None:
    """A feed chooses its title, its address and its ETag: none keeps the server busy."""
    before = time.process_time()
    assert masked(repeated * 20_000)
    assert time.process_time() - before < 5


@pytest.mark.parametrize("name", ["STORE", "CONFIG"])
def test_the_home_of_nobody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path in the home of a user who is not known is refused in one line."""
    monkeypatch.setenv(f"CORROBORATE_{name}", "~nobody-of-that-name/x")
    with pytest.raises(SettingsError, match="the home of a user who is not known"):
        load()


def test_a_file_that_begins_with_a_byte_order_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As editors on Windows write it."""
    path = tmp_path / "corroborate.toml"
    path.write_text("hits = 7\n", encoding="utf-8-sig")
    monkeypatch.setenv("CORROBORATE_CONFIG", str(path))
    assert load().hits == 7


@pytest.mark.parametrize("given", ["localhost:9200", "search.example.org:9200/"])
def test_an_address_without_its_scheme(given: str) -> None:
    """It is not taken for the name of a folder, which would be empty."""
    with pytest.raises(SettingsError, match=f"http://{given}"):
        load(store=given)


@pytest.mark.parametrize("given", ["nonsense", "localhost:6379", "http://localhost:6379"])
def test_a_redis_that_is_none(given: str) -> None:
    """What workers could never reach is refused before they wait for it."""
    with pytest.raises(SettingsError, match="begins with redis://"):
        load(redis=given)
