"""Which outlets a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from corroborate.types import Outlet
from indexer.opening import open_store
from tests.samples import article
from workers.outlets import ids, outlet


def test_a_name_means_the_stored_outlets_of_that_name(tmp_path: Path) -> None:
    """Those that the table does not know are found by the name that a search prints."""
    stored = Outlet("rivgaz.com", "Riverton Gazette"), Outlet("npr.org", "NPR")
    parts = open_store(str(tmp_path / "store"))
    parts.articles.put([article(outlet.id, outlet=outlet) for outlet in stored])
    assert ids(["riverton  GAZETTE"], parts.articles) == {"riverton-gazette", "rivgaz.com"}
    assert ids(["NPR", "rivgaz.com"], parts.articles) == {"npr.org", "rivgaz.com"}
    assert ids([], parts.articles) == frozenset()
    parts.close()


@pytest.mark.parametrize("name", ["[a.b", "a.b]", "a.\u2100"])
def test_a_name_that_cannot_be_an_address_is_a_name(name: str) -> None:
    """Whatever a stranger searches for, with a dot in it, is looked at as a domain first."""
    assert outlet(name).name == name


def test_outlets_with_a_number_or_a_word_in_common_are_two() -> None:
    """Their names are in another script but for that; one without any such is known by it."""
    names = "Телеканал 24", "Новости 24", "News 24", "BBC 中文", "BBC", "中文"
    assert len({outlet(name).id for name in names}) == len(names)
    assert outlet("ТЕЛЕКАНАЛ 24").id == outlet("Телеканал 24").id
    plain = [outlet(name).id for name in ("El País", "Hawaiʻi 24")]
    assert plain == ["elpais.com", "hawaii-24"]


@pytest.mark.parametrize(
    ("readable", "sent"),
    [("bücher.de", "xn--bcher-kva.de"), ("новости.рф", "xn--b1amnebsh.xn--p1ai")],
)
def test_a_domain_of_another_script_is_one_outlet(readable: str, sent: str) -> None:
    """Its id is what is asked for, and it is shown in its own letters."""
    for name, url in (
        ("", f"https://www.{readable}/a"),
        ("", f"https://www.{sent}/a"),
        (readable, None),
    ):
        assert outlet(name, url) == Outlet(sent, readable)


def test_a_domain_that_is_no_punycode_is_shown_as_it_is() -> None:
    """Whoever made it up."""
    assert outlet("", "https://xn--a.example/").name == "xn--a.example"
