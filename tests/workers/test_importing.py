"""Articles from files, and rows that are none."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corroborate.errors import InputError
from corroborate.types import Article
from indexer.opening import open_store
from tests.workers.pages import PARAGRAPHS, html_page, news
from workers.importing import BadRow, ImportSummary, import_paths, read_rows

TEXT = " ".join(PARAGRAPHS)
ROW = {"title": "Bridge reopens", "text": TEXT, "outlet": "Harbour Herald", "id": "7"}


def write(path: Path, *rows: object) -> Path:
    """Write rows as JSON Lines, text as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def only(path: Path) -> Article:
    """Return the article of a file with one row."""
    (row,) = read_rows([path])
    assert isinstance(row, Article), row
    return row


def good(path: Path) -> list[Article]:
    """Return the articles of a file."""
    return [row for row in read_rows([path]) if isinstance(row, Article)]


def test_row_with_all_fields(tmp_path: Path) -> None:
    """Every documented field is read."""
    row = {
        **ROW,
        "url": "https://www.harbour-herald.com/b?utm_source=x",
        "published": "2026-03-10T07:30:00+02:00",
        "modified": "2026-03-11",
        "authors": ["Mara Lund", " Bo  Ek "],
        "agency": "The Associated Press",
        "language": "en-GB",
        "mood": "ignored",
    }
    article = only(write(tmp_path / "a.jsonl", row))
    assert article.outlet.id == "harbour-herald.com"
    assert article.url == "https://www.harbour-herald.com/b"
    assert article.published == datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    assert not article.day_only
    assert article.modified == datetime(2026, 3, 11, tzinfo=UTC)
    assert article.authors == ("Mara Lund", "Bo Ek")
    assert article.agency == "Associated Press"
    assert article.language == "en"
    assert article.text == TEXT


def test_least_row(tmp_path: Path) -> None:
    """Text and an outlet, or text and a URL, are enough."""
    article = only(write(tmp_path / "a.jsonl", {"text": TEXT, "outlet": "Harbour Herald"}))
    assert (article.title, article.url, article.published) == ("", None, None)
    assert article.outlet.id == "harbour-herald"
    assert article.language == "en"
    article = only(write(tmp_path / "b.jsonl", {"text": TEXT, "url": "https://npr.org/x"}))
    assert (article.outlet.id, article.outlet.name) == ("npr.org", "NPR")


@pytest.mark.parametrize(
    ("published", "moment", "day_only"),
    [
        ("2026-03-10", datetime(2026, 3, 10, tzinfo=UTC), True),
        ("2026-03-10T00:00:00+05:00", datetime(2026, 3, 10, tzinfo=UTC), True),
        ("Tue, 10 Mar 2026 07:30:00 -0500", datetime(2026, 3, 10, 12, 30, tzinfo=UTC), False),
        ("March 10, 2026 7:30 am EDT", datetime(2026, 3, 10, 11, 30, tzinfo=UTC), False),
        ("10 March 2026", datetime(2026, 3, 10, tzinfo=UTC), True),
        (1773127800, datetime(2026, 3, 10, 7, 30, tzinfo=UTC), False),
        (1773127800000, datetime(2026, 3, 10, 7, 30, tzinfo=UTC), False),
    ],
)
def test_dates(tmp_path: Path, published: object, moment: datetime, *, day_only: bool) -> None:
    """Dates are read in the ways they are commonly written, with their precision."""
    article = only(write(tmp_path / "a.jsonl", {**ROW, "published": published}))
    assert (article.published, article.day_only) == (moment, day_only)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        ({**ROW, "text": None}, "text is missing"),
        ({**ROW, "text": " \n "}, "text is missing"),
        ({**ROW, "text": 3}, "text is not a string"),
        ({"text": TEXT}, "outlet is missing"),
        ({**ROW, "url": "javascript:alert(1)"}, "url is not a web address"),
        ({**ROW, "published": "12/03/2026"}, "published is not a date"),
        ({**ROW, "published": "9999-01-01"}, "published is not a date"),
        ({**ROW, "authors": {"name": "x"}}, "authors is not a list"),
        ({**ROW, "id": [1]}, "id is neither"),
        ({**ROW, "id": "\ud800"}, "id holds half of a surrogate pair"),
        ({**ROW, "text": "a" * 1_000_001}, "text is longer than"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, row: object, reason: str) -> None:
    """A row that is no article says where it is and what is wrong, in one line."""
    file = write(tmp_path / "a.jsonl", ROW, row, {**ROW, "id": "8"})
    before, bad, after = read_rows([file])
    assert isinstance(before, Article)
    assert isinstance(after, Article)
    assert isinstance(bad, BadRow)
    assert str(bad).startswith(f"{file}:2: {reason}")
    assert "\n" not in str(bad)


def test_encodings(tmp_path: Path) -> None:
    """A byte order mark is ignored, a row that is not UTF-8 is named, blank lines are nothing."""
    file = tmp_path / "a.jsonl"
    row = json.dumps(ROW).encode()
    file.write_bytes(b"\xef\xbb\xbf" + row + b"\n\n" + row.replace(b"Bridge", b"Br\xfccke") + b"\n")
    first, bad = read_rows([file])
    assert isinstance(first, Article)
    assert str(bad) == f"{file}:3: not UTF-8"


def test_text_is_tidied(tmp_path: Path) -> None:
    """Control characters and stray space go, paragraphs stay."""
    row = {
        **ROW,
        "text": "One\x00 two.\r\n\r\n\r\n  Three\tfour.\ud83d ",
        "title": " A\n title\x07",
    }
    article = only(write(tmp_path / "a.jsonl", row))
    assert (article.title, article.text) == ("A title", "One two.\n\nThree four.")


def test_folder_of_rows_and_pages(tmp_path: Path) -> None:
    """A folder is read through, gzipped files and saved pages with it; other files are not."""
    (tmp_path / "deep").mkdir()
    write(tmp_path / "a.jsonl", ROW)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps({**ROW, "id": "8"}).encode()))
    url = "https://www.harbour-herald.com/news/bridge"
    head = f'<link rel="canonical" href="{url}">'
    html = html_page(head=head, about=news())
    (tmp_path / "deep" / "page.html.gz").write_bytes(gzip.compress(html.encode()))
    (tmp_path / "deep" / "empty.html").write_text("<html></html>")
    (tmp_path / "notes.txt").write_text("not an article")
    rows = list(read_rows([tmp_path]))
    articles = [row for row in rows if isinstance(row, Article)]
    assert {article.url for article in articles} == {None, url}
    assert [article.text for article in articles][-1] == "\n\n".join(PARAGRAPHS)
    assert len(articles) == 3
    (bad,) = (row for row in rows if isinstance(row, BadRow))
    assert bad.place == str(tmp_path / "deep" / "empty.html")


def test_outlet_that_nothing_tells(tmp_path: Path) -> None:
    """A page without site name and address is a bad row, unless the user names its outlet."""
    page = tmp_path / "page.html"
    page.write_text(html_page(), encoding="utf-8")
    rows = write(tmp_path / "a.jsonl", {"text": TEXT}, {"text": TEXT, "url": "https://npr.org/x"})
    missing = [row for row in read_rows([page, rows]) if isinstance(row, BadRow)]
    assert [bad.place for bad in missing] == [str(page), f"{rows}:1"]
    assert all("outlet is missing" in bad.reason for bad in missing)
    named = list(read_rows([page, rows], outlet="Harbour Herald"))
    assert [row.outlet.id for row in named if isinstance(row, Article)] == [
        "harbour-herald", "harbour-herald", "npr.org",
    ]  # fmt: skip


def test_same_publisher_with_and_without_url(tmp_path: Path) -> None:
    """An outlet is the same by its name, by its domain, and by another of its domains."""
    rows = [
        {"text": TEXT, "outlet": "NPR"},
        {"text": TEXT, "outlet": "NPR Online News", "url": "https://www.npr.org/a"},
        {"text": TEXT, "outlet": "The Guardian"},
        {"text": TEXT, "outlet": "guardian", "url": "https://www.theguardian.com/a"},
        {"text": TEXT, "outlet": "BBC", "url": "https://www.bbc.com/a"},
        {"text": TEXT, "outlet": "Jo Columnist", "url": "https://www.bbc.co.uk/a"},
    ]
    articles = [
        r for r in read_rows([write(tmp_path / "a.jsonl", *rows)]) if isinstance(r, Article)
    ]
    assert [a.outlet.id for a in articles] == [
        "npr.org", "npr.org", "theguardian.com", "theguardian.com", "bbc.co.uk", "bbc.co.uk",
    ]  # fmt: skip
    assert [a.outlet.name for a in articles][-2:] == ["BBC", "BBC News"]


def test_families(tmp_path: Path) -> None:
    """Two titles of one owner have the same family, others none."""
    rows = [
        {"text": TEXT, "url": f"https://www.{domain}/a"}
        for domain in ("mirror.co.uk", "express.co.uk", "harbour-herald.com")
    ]
    articles = [
        r for r in read_rows([write(tmp_path / "a.jsonl", *rows)]) if isinstance(r, Article)
    ]
    assert [a.outlet.family for a in articles] == ["Reach", "Reach", None]


def test_import_counts_and_is_idempotent(tmp_path: Path) -> None:
    """Rows are counted by what they did; the same import again changes nothing."""
    again, changed = dict(ROW), {**ROW, "text": f"{TEXT} And more."}
    file = write(tmp_path / "a.jsonl", ROW, "{", again, changed, {**ROW, "id": "8"})
    moves: list[tuple[int, int]] = []
    store = open_store(str(tmp_path / "store"))
    try:
        reason = "not JSON (Expecting property name enclosed in double quotes)"
        bad = (BadRow(f"{file}:2", reason),)
        first = import_paths([file], store.articles, progress=lambda *move: moves.append(move))
        assert first == ImportSummary(added=2, changed=0, unchanged=0, repeated=2, bad=bad)
        assert moves == [(n, 5) for n in range(1, 6)]
        second = import_paths([file], store.articles)
        assert second == ImportSummary(added=0, changed=0, unchanged=2, repeated=2, bad=bad)
        third = import_paths([write(tmp_path / "b.jsonl", changed)], store.articles)
        assert third == ImportSummary(added=0, changed=1, unchanged=0, repeated=0, bad=())
        assert store.overview().articles == 2
    finally:
        store.close()


def test_rows_that_give_only_text_are_articles_each(tmp_path: Path) -> None:
    """Without address and id, the text tells articles apart where title or day is missing."""
    texts, day = (TEXT, f"{TEXT} And more."), {"published": "2026-03-10"}
    bare: dict[str, object] = {"outlet": "Harbour Herald"}
    for missing in (bare, {**bare, "title": "News"}, {**bare, **day}):
        rows = [{**missing, "text": text} for text in (*texts, TEXT)]
        first, second, again = (a.id for a in good(write(tmp_path / "a.jsonl", *rows)))
        assert first == again != second
    whole = [{**bare, **day, "title": "News", "text": text} for text in texts]
    first, second = (a.id for a in good(write(tmp_path / "a.jsonl", *whole)))
    assert first == second


def test_nothing_is_stored_where_a_path_is_wrong(tmp_path: Path) -> None:
    """A missing path or an empty folder stops an import before it begins, in one line."""
    file = write(tmp_path / "a.jsonl", ROW)
    empty = tmp_path / "empty"
    empty.mkdir()
    store = open_store(str(tmp_path / "store"))
    try:
        with pytest.raises(InputError, match="no such file or folder"):
            import_paths([file, tmp_path / "missing.jsonl"], store.articles)
        with pytest.raises(InputError, match=r"no \.jsonl or \.html files"):
            import_paths([file, empty], store.articles)
        assert store.overview().articles == 0
    finally:
        store.close()


def test_broken_compression_keeps_what_came_before(tmp_path: Path) -> None:
    """A cut-off gzip file gives its first rows, then says where it broke."""
    rows = "\n".join(json.dumps({**ROW, "id": str(n)}) for n in range(300))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(rows.encode())[:-60])
    *articles, last = read_rows([path])
    assert articles
    assert all(isinstance(row, Article) for row in articles)
    assert isinstance(last, BadRow)
    assert last.place == f"{path}:{len(articles) + 1}"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    """Whatever a file holds, the row after it is read."""
    file = tmp_path_factory.mktemp("noise") / "a.jsonl"
    file.write_bytes(noise.replace(b"<", b"") + b"\n" + json.dumps(ROW).encode())
    rows = list(read_rows([file]))
    assert isinstance(rows[-1], Article)


#: Text with halves of surrogate pairs, which JSON can hold and UTF-8 cannot.
ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))
FIELDS = [
    "title", "text", "outlet", "url", "published", "modified", "id", "authors", "agency",
    "language",
]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.lists(ANY_TEXT),
    ),
    st.sampled_from([{}, ROW]),
)
def test_any_row(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, object], base: dict[str, object]
) -> None:
    """Whatever the fields hold, a row is an article that can be stored or a named bad row."""
    file = write(tmp_path_factory.mktemp("rows") / "a.jsonl", json.dumps({**base, **row}))
    (found,) = read_rows([file])
    if isinstance(found, Article):
        json.dumps(asdict(found), default=str, ensure_ascii=False).encode()
    else:
        assert str(found).startswith(f"{file}:1: ")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ["\ud800", "https://news.example/\udc80", "a\udfffb"])
def test_halves_of_surrogate_pairs(tmp_path: Path, field: str, value: str) -> None:
    """In no field do they end an import, and none is stored."""
    store = open_store(str(tmp_path / "store"))
    try:
        done = import_paths([write(tmp_path / "a.jsonl", {**ROW, field: value})], store.articles)
        assert done.rows == 1
    finally:
        store.close()
