"""What readers see: terminal, Markdown, HTML; also when the text is hostile."""

from __future__ import annotations

import io
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console

from corroborate.origins import Wordings, fold
from corroborate.report import html, markdown, terminal, view
from corroborate.report.document import dump, load
from corroborate.types import Claim
from corroborate.verdict import conclude
from tests.samples import article, evidence, report

HOSTILE = (
    "<script>alert(1)</script> [red]x[/red] \x1b[31m\x07 [a](javascript:alert(1)) `x` \u202etxt"
)


def on_terminal(hostile: str = "", *, everything: bool = False) -> str:
    """Return what the terminal shows."""
    out = io.StringIO()
    terminal.show(report(hostile), Console(file=out, width=100), everything=everything)
    return out.getvalue()


class Page(HTMLParser):
    """Collects tags, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, its id and its link."""
        self.tags.append(tag)
        values = dict(attrs)
        self.ids += [v for v in [values.get("id")] if v]
        self.links += [v for name in ("href", "src") if (v := values.get(name))]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def test_terminal_shows_verdicts_passages_and_numbers() -> None:
    """A reader sees each verdict, the words it rests on and the difference of numbers."""
    shown = " ".join(on_terminal().split())
    for part in (
        "4 claims checked: 1 single source, 1 contested, 1 contradicted, 1 no coverage.",
        "Searched 5 articles of 5 other outlets, from 2026-03-09 to 2026-03-09.",
        "1 of 3 feeds was failing.",
        "The claim says 12 people died; this passage says 14.",
        "counted with it: Northern Post, “A town reels” (shared wording of 100%",
        "Reprint, not counted: Copy",
        "Note: one shard of three did not answer",
    ):
        assert part in shown


def test_terminal_counts_unrelated_passages_unless_asked() -> None:
    """Unrelated passages are counted; ``everything`` prints them."""
    assert on_terminal().count("Port Paper") < on_terminal(everything=True).count("Port Paper")


def test_terminal_keeps_its_indent() -> None:
    """On 80 columns every line of a passage stands as far in as its first."""
    out = io.StringIO()
    terminal.show(report(), Console(file=out, width=80))
    lines = out.getvalue().splitlines()
    quoted = next(i for i, line in enumerate(lines) if "“The carmaker" in line)
    assert {len(line) - len(line.lstrip()) for line in lines[quoted : quoted + 3]} == {7}


@pytest.mark.parametrize("links", [False, True])
def test_terminal_writes_out_urls_where_it_cannot_link(*, links: bool) -> None:
    """In a file or a pipe a passage has its URL below it, on one line however long it is."""
    url = f"https://news.example/{'long/' * 30}"
    claim = Claim("It burned.", "It burned.", 0, 10)
    found = conclude(claim, fold([evidence(article(url=url))], Wordings({})))
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=links, _environ={"TERM": "xterm"})
    terminal.show(replace(report(), findings=(found,)), console)
    assert url in out.getvalue()
    assert (f"       {url}" in out.getvalue().splitlines()) != links


def test_terminal_is_not_steered_by_text() -> None:
    """Escape codes and control characters of an article never reach the terminal."""
    shown = on_terminal(HOSTILE)
    assert "\x07" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]x[/red]" in shown


def test_html_is_self_contained() -> None:
    """The page asks nobody for anything: no script, no image, only links to sources."""
    page = Page(html.render(report()))
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert all(link.startswith(("#", "https://news.example/")) for link in page.links)


def test_html_links_lead_somewhere() -> None:
    """Each link within the page has its target, and ids are unique."""
    page = Page(html.render(report()))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("Night of fire", "It burned.", "Night of fire"),
        ("", "Fourteen people died.", "Fourteen people died."),
        ("", "Fourteen, people, " * 9, f"{'Fourteen, people, ' * 6}Fourteen …"),
        (" ", "", "Untitled"),
    ],
)
def test_what_has_no_title_is_called_by_its_first_words(title: str, text: str, shown: str) -> None:
    """A claim that was handed in heads its own report, in every form."""
    made = replace(report(), article=article(title=title, text=text), findings=())
    out = io.StringIO()
    terminal.show(made, Console(file=out, width=200))
    assert out.getvalue().startswith(f"{shown}\n")
    assert markdown.render(made).startswith(f"# {shown}\n")
    assert f">{shown}</h1>" in html.render(made)


def test_one_claim_is_not_said_thrice() -> None:
    """Where one claim was handed in there is no article to mark, and no outlet to name."""
    claim = Claim("It burned.", "It burned.", 0, 10)
    mine = article(title="", text="It burned.", outlet="Unknown outlet")
    made = replace(report(), article=mine, findings=(conclude(claim, ()),))
    for shown in (html.render(made), markdown.render(made)):
        assert "Unknown outlet" not in shown
    assert "The article" not in html.render(made)
    assert html.render(made).count("It burned.</") == 2  # the heading and the finding


def test_nothing_to_check_is_said() -> None:
    """An article without a claim has its text and no empty picture."""
    made = replace(report(), findings=())
    for shown in (html.render(made), markdown.render(made)):
        assert "No claim that can be checked was found." in shown
    assert "At a glance" not in html.render(made)


def test_html_says_the_language_of_a_passage() -> None:
    """A screen reader reads a French passage and its title as French, in an English page."""
    made = report()
    french = evidence(article("fr", title="Le feu", text="Il y a eu douze morts.", language="fr"))
    found = conclude(made.findings[0].claim, fold([french], Wordings({})))
    page = html.render(load(dump(replace(made, findings=(found,)))))
    assert '<blockquote lang="fr" dir="auto">' in page
    assert '<span lang="fr" dir="auto"><a href="https://news.example/fr"' in page


def test_html_shows_hostile_text_as_text() -> None:
    """A script in title, text, outlet, reason or passage is shown, never run."""
    text = html.render(report(HOSTILE))
    page = Page(text)
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert not [link for link in page.links if link.startswith("javascript:")]
    assert "\x1b" not in text


def test_markdown_escapes_hostile_text() -> None:
    """Text of articles cannot make links, markup or headings."""
    text = markdown.render(report(HOSTILE))
    assert "[a](javascript:" not in text
    assert "\\<script\\>" in text
    assert "\x1b" not in text


def test_marked_article_is_the_whole_text() -> None:
    """Marking claims changes no character, and each claim is marked by its number."""
    checked = report()
    runs = view.marked_article(checked)
    assert "".join(r.text for r in runs) == checked.article.text
    marked = {i: r.text for r in runs for i in r.marks}
    assert marked == {i: f.claim.sentence for i, f in enumerate(checked.findings)}


def test_timeline_is_in_order() -> None:
    """Points go from 0 to 1 in order of time and none of a day hides another."""
    points = view.timeline(report())
    assert [p.x for p in points] == sorted(p.x for p in points)
    assert len({(p.day, p.y) for p in points}) == len(points) == 4


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "under 1%"), (0.004, "under 1%"), (0.5, "50%"), (0.994, "99%"), (1.0, "over 99%")],
)
def test_no_percentage_is_certain(probability: float, shown: str) -> None:
    """A judgement is never shown as impossible or certain, however it was rounded."""
    assert view.percent(probability) == shown


def test_plain_text_keeps_what_joins_letters() -> None:
    """What Persian and emoji are written with stays; what turns the direction of text goes."""
    assert view.plain("می\u200cخواهم \u202etxt\u2066\x07") == "می\u200cخواهم txt"


@pytest.mark.parametrize(
    ("query", "marked"),
    [("missile", ["missiles", "Missile"]), ("firing", ["fired"]), ("the news", [])],
)
def test_words_are_marked_in_any_form(query: str, marked: list[str]) -> None:
    """What search took for the same word is marked as it."""
    text = "Two missiles were fired. The Missile missed a newt."
    assert [run.text for run in view.marked_words(text, query) if run.marks] == marked


def test_the_articles_own_origin_is_shown_apart_on_every_form() -> None:
    """What merely repeats the article is shown with its reason, and stands on no timeline."""
    checked = article("mine", outlet="Evening Lantern", agency="Reuters")
    copy = article("copy", outlet="Echo", text="Nobody knows why.", agency="Reuters")
    claim = Claim("It burned.", "It burned.", 0, 10)
    found = conclude(claim, fold([evidence(copy)], Wordings({}), checked))
    made = replace(report(), article=checked, findings=(found,))
    out = io.StringIO()
    terminal.show(made, Console(file=out, width=100))
    for shown in (out.getvalue(), markdown.render(made), html.render(made)):
        assert "of the article's own origin" in shown.replace("&#39;", "'")
        assert "NO COVERAGE" in shown.upper()
    assert view.timeline(made) == []
    assert view.why_folded(found, found.own[0].evidence[0]) == "both credit Reuters"


def test_nothing_left_out() -> None:
    """No count of none."""
    assert view.skipped(replace(report(), skipped=())) == "Every sentence was checked."
