"""Claims of an article: restated so that they stand alone, spans kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corroborate.claims.extract import extract
from corroborate.types import Article, Outlet

THURSDAY = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def texts(body: str, title: str = "Velmar", published: datetime | None = THURSDAY) -> list[str]:
    """Return the texts of an article's claims."""
    article = Article("a", Outlet("o", "O"), title, body, published=published)
    return [claim.text for claim in extract(article)[0]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "Anton Keld said he knew nothing of the fire. He resigned in Sessen that evening.",
            "Anton Keld resigned in Sessen that evening.",
        ),
        (
            (
                "A special source told this paper that the port was sold. "
                "The source added that Sessen is next."
            ),
            "A special source added that Sessen is next.",
        ),
        (
            "The Ministry of Ports closed the quay. The ministry expects losses of 3 million.",
            "The Ministry of Ports expects losses of 3 million.",
        ),
        (
            "Anton Keld has resigned over the fire, two people close to him told this newspaper.",
            "Anton Keld has resigned over the fire.",
        ),
        (
            "Ruta Lind left. The port was sold to Sessen, she said.",
            "The port was sold to Sessen, she said.",
        ),
        (
            "But the harbour of Velmar was closed for a week.",
            "The harbour of Velmar was closed for a week.",
        ),
    ],
)
def test_the_last_claim_stands_alone(body: str, expected: str) -> None:
    """Pronouns and bare nouns are named where the article leaves no doubt."""
    assert texts(body)[-1] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("And yet, the harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        ("However, the harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        ("But instead, Velmar closed the harbour.", "Velmar closed the harbour."),
        ("At the same time, though, Velmar was closed.", "Velmar was closed."),
        ("(Agency) - The harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        ("- The harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        (
            "Sen. Anton Keld (R-Ore.) — a sailor — left Velmar.",
            "Sen. Anton Keld (R-Ore.) — a sailor — left Velmar.",
        ),
        ("— The harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        (
            "● Talvia: The harbour of Velmar was closed.",
            "Talvia: The harbour of Velmar was closed.",
        ),
        ("But that report was denied in Velmar.", "That report was denied in Velmar."),
    ],
)
def test_connectives_are_left_out(body: str, expected: str) -> None:
    """What only ties a sentence to the one before is no part of the claim."""
    assert texts(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "Instead of the army, the police of Velmar took over.",
        "Besides Talvia, Sessen voted against the plan.",
        "So far 12 people have been found in Velmar.",
        "Then, as now, the port of Velmar was owned by Talvia.",
        "Still images of the fire in Velmar were shown.",
        "As a result of the fire, Velmar was closed.",
        "But for the police, Velmar would have been lost.",
        "“It was lost,” Anton Keld, a sailor from Velmar, previously said.",
        "Keld came to the port of Velmar, only to be told it was closed.",
    ],
)
def test_what_only_looks_like_a_connective_stays(body: str) -> None:
    """Without its comma it is part of a phrase."""
    assert texts(body) == [body]


@pytest.mark.parametrize(
    "body",
    [
        "Anton Keld told Ruta Lind that the port was lost. He left for Sessen before midnight.",
        "The fire began at ten in Velmar harbour. He left for Sessen before midnight.",
    ],
)
def test_a_doubtful_pronoun_stays(body: str) -> None:
    """Two people, or none, before it: a vague claim is better than a false one."""
    assert texts(body)[-1].startswith("He left for Sessen before midnight")


def test_no_body_is_learnt_from_the_title() -> None:
    """Titles write common words with capitals."""
    body = "Money was lost in 2016. The bank confirmed the loss of 81 million."
    assert texts(body, "Hackers Rob Bank of 81 Million")[-1] == (
        "The bank confirmed the loss of 81 million."
    )


def test_headlines_questions_and_opinions_are_skipped_with_reasons() -> None:
    """What is no claim is listed with its reason and span."""
    body = (
        "Fire in Velmar\n\nIs it over now? In my view it is over. Fourteen people died in the port."
    )
    article = Article("a", Outlet("o", "O"), "Fire in Velmar", body)
    claims, skipped = extract(article)
    assert [c.text for c in claims] == ["Fourteen people died in the port."]
    assert [(body[s.start : s.end], s.reason) for s in skipped] == [
        ("Fire in Velmar", "headline"),
        ("Is it over now?", "question"),
        ("In my view it is over.", "opinion"),
    ]


@settings(deadline=None)  # The first example loads the tokenizer.
@given(
    st.text(alphabet=st.sampled_from("Ab .,?!\n“”\"'(0)1–who which but The he said"), max_size=200)
)
def test_spans_are_exact(body: str) -> None:
    """Each claim's sentence is the article's text between its offsets, whatever the text."""
    article = Article("a", Outlet("o", "O"), "T", body, published=THURSDAY)
    for claim in extract(article)[0]:
        assert body[claim.start : claim.end] == claim.sentence
        assert claim.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "Sen. Anton Keld Anton Otto KeldMayor calls for talks Port to reopen MORE’s boat sank.",
            "Sen. Anton Keld’s boat sank.",
        ),
        (
            "Facebook Twitter Pinterest The harbour of Velmar was closed.",
            "The harbour of Velmar was closed.",
        ),
        (
            "Date of publication 3 March 2026 The harbour of Velmar was closed.",
            "The harbour of Velmar was closed.",
        ),
        ("Fire in Velmar port Anton Keld left the city.", "Anton Keld left the city."),
        (
            "Fire in Velmar port AFP Tuesday 3 Mar 2026 Anton Keld left the city.",
            "Anton Keld left the city.",
        ),
        *(
            (f"{lead}The harbour of Velmar was closed.", "The harbour of Velmar was closed.")
            for lead in (
                "BREAKING: ",
                "Just in: ",
                "UPDATE 2-",
                "Watch | ",
                "SESSEN, Talvia — ",
                "SESSEN, Talvia, March 3 – ",
                "Sessen, 3 March 2026 – ",
                "SESSEN -- ",
                "Reuters - ",
                "(TNN)",
            )
        ),
        ("We now know that Velmar was closed in 2021.", "Velmar was closed in 2021."),
        ("Here’s the problem: Talvia was closed in 2021.", "Talvia was closed in 2021."),
        ("CLOSE The harbour of Velmar was closed.", "The harbour of Velmar was closed."),
        ("Velmar, Talvia (CNN) The port of Velmar shut.", "The port of Velmar shut."),
        *(
            (stays, stays)
            for stays in (
                "KELD: The harbour of Velmar was closed.",
                "Keld, March 3: “The harbour of Velmar was closed.”",
                "TATO — the alliance of Talvia — closed Velmar.",
                "Update 3.1 was sold in Velmar for 12 million.",
                "Video-Talvia closed its studio in Velmar.",
            )
        ),
        ("Facebook bought the harbour of Velmar.", "Facebook bought the harbour of Velmar."),
        ("Anton Keld wants MORE boats in Velmar.", "Anton Keld wants MORE boats in Velmar."),
    ],
)
def test_what_the_page_put_into_a_sentence_is_left_out(body: str, expected: str) -> None:
    """Links, buttons and the title are no part of a claim; its sentence keeps them."""
    article = Article("a", Outlet("o", "O"), "Fire in Velmar port", body)
    (claim,) = extract(article)[0]
    assert (claim.text, claim.sentence) == (expected, body)


def test_a_title_is_one_with_a_day_before_it() -> None:
    """A list of articles puts the day before the headline."""
    for day in ("July 30 2026", "Thu Jul 30 2026", "Thursday, 30 July 2026"):
        article = Article(
            "a", Outlet("o", "O"), "Fire in Velmar kills 13", f"{day} Fire in Velmar kills 13."
        )
        assert [s.reason for s in extract(article)[1]] == ["headline"]


@pytest.mark.parametrize(
    "credit",
    [
        "(Reuters photo: Ruta Lind)",
        "(Image source: Velmar College)",
        "AP Photo/Ruta Lind",
        "Photo by: Ruta Lind",
        "[AFP/Ruta Lind]",
    ],
)
def test_a_paragraph_with_a_credit_is_a_caption(credit: str) -> None:
    """What is to be seen in a picture is not told; the next paragraph, and a longer one, are."""
    told = "The harbour of Velmar was closed."
    seen = "Anton Keld boards a boat in Velmar on Friday."
    article = Article("a", Outlet("o", "O"), "T", f"{seen} {credit}\n\n{told}")
    claims, skipped = extract(article)
    assert [claim.text for claim in claims] == [told]
    assert skipped[0].reason == "caption"
    assert texts(f"{told}\n\n{credit}") == [told]


def test_who_wrote_it_is_no_claim() -> None:
    """What stands behind a dash at the end of an article is its byline, not news of a writer."""
    byline = "— Anton Keld is the deputy editor of the Velmar Post."
    article = Article("a", Outlet("o", "O"), "T", f"Velmar was closed in 2021.\n\n{byline}")
    assert [skipped.reason for skipped in extract(article)[1]] == ["byline"]
    assert texts("Anton Keld is the deputy editor of the Velmar Post.")


def test_a_dateline_hides_nobody() -> None:
    """Whom the sentence behind it begins with is who "he" is."""
    body = "SESSEN, Talvia — Anton Keld resigned on Monday. He left for Velmar that night."
    assert texts(body)[-1] == "Anton Keld left for Velmar that night."


def test_a_sentence_that_is_repeated_is_one_claim() -> None:
    """Pages repeat a sentence in large letters."""
    assert texts(
        "Anton Keld left Velmar yesterday.\n\nIt rained.\n\nAnton Keld left Velmar yesterday."
    ) == ["Anton Keld left Velmar on 11 March 2026."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "Ruta Lind said, “The port was lost. Talvia took 12 boats. It was Keld in Velmar.”",
            [
                "Ruta Lind said, “The port was lost.",
                "Ruta Lind said, “Talvia took 12 boats.”",
                "Ruta Lind said, “It was Keld in Velmar.”",
            ],
        ),
        (
            "“The port was lost. Talvia took 12 boats. It was Keld in Velmar.”",
            [],
        ),
        (
            "He said, “The port was lost in Velmar. Talvia took 12 boats.”",
            ["He said, “The port was lost in Velmar."],
        ),
        (
            "Lind called it “a loss”. Talvia took 12 boats. Keld said it was “a pity”.",
            [
                "Lind called it “a loss”.",
                "Talvia took 12 boats.",
                "Keld said it was “a pity”.",
            ],
        ),
        (
            "Ruta Lind said, “The port was lost. Talvia took 12 boats.\n“It was Keld in Velmar.”",
            ["Ruta Lind said, “The port was lost.", "Ruta Lind said, “Talvia took 12 boats.”"],
        ),
    ],
)
def test_what_a_quotation_goes_on_with_is_its_speakers(body: str, expected: list[str]) -> None:
    """It is no statement of the article’s own; where nobody is named it is skipped."""
    assert texts(body) == expected


def test_a_post_is_of_whoever_signed_it() -> None:
    """The article shows it, and states none of it; the next paragraph may speak of another."""
    body = (
        'The port was "lost" in Velmar. Talvia took 12 boats. https://t.co/a1 — Ruta Lind (@lind) '
        "March 9, 2026\n\nShe resigned in Sessen that evening."
    )
    assert texts(body) == [
        "Ruta Lind tweeted: “The port was 'lost' in Velmar.”",
        "Ruta Lind tweeted: “Talvia took 12 boats.”",
        "She resigned in Sessen that evening.",
    ]


def test_a_month_in_a_story_of_the_past_gets_no_year() -> None:
    """It goes with the year that was told of, until the article is back in its own days."""
    body = (
        "The council passed the law in June 1917. Anton Keld was fined. "
        "In January, Talvia arrested Ruta Lind."
    )
    assert texts(body)[-1] == "In January, Talvia arrested Ruta Lind."
    assert texts("It rained on Friday. In January, Talvia arrested Ruta Lind.")[-1] == (
        "In January 2026, Talvia arrested Ruta Lind."
    )
    assert texts(body.replace("was fined", "left last week"))[-1] == (
        "In January 2026, Talvia arrested Ruta Lind."
    )


def test_what_is_too_long_for_a_sentence_is_not_read() -> None:
    """A table without full stops, or what a stranger made to keep us busy, as its title too."""
    endless = "Anton Keld " * 20_000 + "closed the port of Velmar."
    body = f"{endless}\nAnton Keld resigned in Sessen on Friday."
    article = Article("a", Outlet("o", "O"), endless, body, published=THURSDAY)
    (claim,), (skipped,) = extract(article)
    assert (claim.sentence, skipped.reason) == (
        "Anton Keld resigned in Sessen on Friday.",
        "too long",
    )


@pytest.mark.parametrize(("hour", "day"), [(9, "on Friday"), (15, "on 13 March 2026")])
def test_the_next_day_is_named_only_once_it_has_begun(hour: int, day: str) -> None:
    """At nine by UTC on a Thursday it is Friday nowhere."""
    published = THURSDAY.replace(hour=hour)
    assert texts("The port of Velmar was closed on Friday.", published=published) == [
        f"The port of Velmar was closed {day}."
    ]
