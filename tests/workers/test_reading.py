"""The article that a user hands in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corroborate.errors import FetchError, InputError, NoArticleError
from corroborate.types import Article, Page
from tests.workers.pages import PARAGRAPHS, URL, html_page, news, page
from workers.dates import possible_days
from workers.reading import read_input, read_text

BODY = "\n\n".join(PARAGRAPHS)


class Shelf:
    """A fetcher with one page."""

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Return the page, or fail as the web does."""
        del headers
        if url != URL:
            raise FetchError(url, "no such host")
        return page(html_page(about=news()))


def read(source: str, stdin: bytes = b"") -> Article:
    """Read an input as the command line does."""
    return read_input(source, Shelf(), stdin=io.BytesIO(stdin))


def test_text_with_title_and_outlet() -> None:
    """Title, blank line, outlet, blank line, body."""
    article = read("-", f"Bridge reopens\n\nHarbour Herald\n\n{BODY}\n".encode())
    assert (article.title, article.outlet.name, article.text) == (
        "Bridge reopens",
        "Harbour Herald",
        BODY,
    )
    assert article.published is None
    assert article.language == "en"


def test_header_lines_in_any_order() -> None:
    """A byline, a date and a URL above the body are read, with or without blank lines."""
    header = "Bridge reopens\nBy Mara Lund and Bo Ek\n10 March 2026\nHarbour Herald\n" + URL
    article = read_text(f"{header}\n\n{BODY}")
    assert article.title == "Bridge reopens"
    assert article.outlet.id == "harbour-herald.com"
    assert article.authors == ("Mara Lund", "Bo Ek")
    assert (article.published, article.day_only) == (datetime(2026, 3, 10, tzinfo=UTC), True)
    assert article.url == URL
    assert article.text == BODY


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        PARAGRAPHS[0],
        f"It is done.\n\n{BODY}",
        (
            "The old bridge over the Sarn reopened to\ntraffic on Tuesday, the roads office said\n"
            "in the morning, and nobody was late."
        ),
    ],
)
def test_body_alone(text: str) -> None:
    """A text without header lines is all body, also one set to a fixed width."""
    article = read_text(text)
    assert article.title == ""
    assert article.text.replace("\n", " ") == text.replace("\n", " ")


@pytest.mark.parametrize(
    ("line", "is_outlet"),
    [
        ("The Voice of the Valley", True),
        ("Corriere della Sera", True),
        ("harbour herald", True),
        ("nytimes.com", True),
        ("新华社", True),
        ("City in mourning after blaze", False),
        ("Mayor resigns", False),
        ("three dead in blaze", False),
    ],
)
def test_a_subheading_is_no_outlet(line: str, *, is_outlet: bool) -> None:
    """A line below the title is the outlet only if it looks like a name; else it is body."""
    article = read_text(f"Night of fire\n\n{line}\n\n{BODY}")
    assert article.title == "Night of fire"
    assert (article.outlet.id != "unknown") == is_outlet
    assert article.text == (BODY if is_outlet else f"{line}\n\n{BODY}")


def test_lines_of_a_fixed_width_are_joined() -> None:
    """Sentences do not break where a mail program broke them."""
    wrapped = (
        "Bridge reopens\n\nThe old bridge over the Sarn reopened to traffic on Tuesday, eleven\n"
        "months after a barge struck one of its piers, said the roads office of\nthe city."
    )
    assert read_text(wrapped).text == (
        "The old bridge over the Sarn reopened to traffic on Tuesday, eleven months after a barge "
        "struck one of its piers, said the roads office of the city."
    )


def test_dateline_gives_the_date() -> None:
    """A full date before the first dash is the day of publication; one in the text is not."""
    dated = read_text(f"SARN, 10 March 2026 (Reuters) - {BODY}")
    assert dated.published == datetime(2026, 3, 10, tzinfo=UTC)
    assert dated.agency == "Reuters"
    assert read_text(f"{BODY} It was built on 3 May 1931.").published is None


def test_days_without_a_year() -> None:
    """Weekday and day of the month leave few years; one that the text names leaves fewer."""
    text = "The attack began last Friday (April 14th), after that of March 2013."
    today = date(2026, 3, 12)
    assert possible_days(text, today) == [date(2023, 4, 14), date(2017, 4, 14)]
    assert possible_days(text.replace("2013", "2019"), today) == [date(2023, 4, 14)]
    assert possible_days("It began on Friday.", today) == []


def test_file_of_text_and_of_html(tmp_path: Path) -> None:
    """Text and HTML are told apart by their content, not by the file's name."""
    for name, content in (("a.html", f"Bridge reopens\n\n{BODY}"), ("b.txt", html_page())):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        assert read(str(path)).text == BODY


def test_url() -> None:
    """A URL is fetched and cleaned; a failure to fetch it comes through."""
    assert read(URL).text == BODY
    with pytest.raises(FetchError, match="no such host"):
        read("https://nowhere.example/")


def test_same_text_twice_is_one_article() -> None:
    """An input's identity does not hang on when it was read."""
    assert read_text(f"Bridge reopens\n\n{BODY}").id == read_text(f"Bridge reopens\n\n{BODY}").id


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (bytes(range(256)) * 20, "is not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "is not text"),
        (b"Bridge reopens\n", "no running text"),
        (b"<html><body><p>Nothing here.</p></body></html>", "no article"),
        ((BODY * 40_000).encode(), "is larger than"),
        (("word " * 210_000).encode(), "is longer than"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    """Empty, binary, textless and endless inputs are refused by name, from a file and a pipe."""
    path = tmp_path / "input"
    path.write_bytes(content)
    for source, name in ((str(path), str(path)), ("-", "standard input")):
        with pytest.raises(InputError, match=message) as caught:
            read(source, content)
        assert str(caught.value).startswith(name)
        assert "\n" not in str(caught.value)


def test_a_file_whose_name_begins_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no user's folder, be it there or not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~draft.txt").write_text(BODY)
    assert read("~draft.txt").text == BODY
    with pytest.raises(InputError, match="there is no such file"):
        read("~nobody-of-this-name/article.txt")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A path that is no file says so."""
    with pytest.raises(InputError, match="there is no such file"):
        read(str(tmp_path / "missing.txt"))
    with pytest.raises(InputError, match="is a folder"):
        read(str(tmp_path))
    with pytest.raises(NoArticleError):
        read("-", b"Only a title")
