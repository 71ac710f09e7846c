"""Which of a claim's hits are judged: judging is what a check waits for.

The first ones are, but a wire story counts twice at most, and what is far from the claim in meaning
or in words not at all. Of those further down the ones that may change the verdict are: a passage
that denies shares few words with what it denies, and counts differ from outlet to outlet and from
day to day. Whether they do is up to the judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from corroborate.numbers.compare import compare
from corroborate.numbers.context import names, share, stems, told
from corroborate.origins import Wording, shared_run
from corroborate.types import Hit, NumberOutcome

#: Hits of a claim with the same words that are judged, at most: the second shows that they are
#: shared; more would only crowd out who writes in other words.
COPIES = 2
#: Least cosine of a passage to the claim. By the shipped embedder, 47 of 2,077 annotated pairs that
#: agree or conflict lie below it, and a fourth of what checks of real articles judged (taken once,
#: by hand); in a small store most hits do, and the judge has never seen their like.
LEAST_DENSE = 0.35
#: Least share of the claim's content words that passage and title have. In checks of 12 real
#: articles 1,401 pairs were judged in place of 1,715; of 85 rightly called agreeing or conflicting
#: it spared two, of 63 wrongly so six (taken once, by hand).
LEAST_WORDS = 0.2
#: Cosine, and share of words, from which a hit is near in one whatever it is in the other: one
#: sentence of a passage may be the claim, and the rest about something else.
NEAR_DENSE, NEAR_WORDS = 0.6, 0.5
#: Least share of the claim's names that a passage has whose denial may be of the claim.
LEAST_NAMES = 0.5
#: How a figure relates to the claim's where it counts the same thing.
_SAME_COUNT = frozenset(NumberOutcome) - {NumberOutcome.NOT_COMPARABLE, NumberOutcome.OTHER_SCOPE}
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying|ial)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es?|ed|ing)|"
    r"disput(?:es?|ed|ing)|contradict(?:s|ed|ing)?|fabricat\w+|baseless|unfounded|untrue|"
    r"no evidence)\b",
    re.IGNORECASE,
)


def select(claim: str, hits: Sequence[Hit], most: int, day: date | None) -> list[Hit]:
    """Return the hits of a claim that are worth judging, in order.

    Args:
        claim: The claim's text.
        hits: What was found, best first.
        most: How many to return; half as many more that state other figures of the claim than
            those before them, and a third as many that deny something that it may be about.
        day: When the claim was published, if known.
    """
    kept: list[tuple[Hit, Wording]] = []
    known: set[str] = set()
    left = {"first": most, "figure": most // 2, "denial": most // 3}
    for hit in hits:
        if _far(claim, hit):
            continue
        figures = _figures(claim, hit, day) if left["first"] or left["figure"] else set()
        if left["first"]:
            reason = "first"
        elif left["figure"] and figures - known:
            reason = "figure"
        elif left["denial"] and _denies(claim, hit):
            reason = "denial"
        else:
            continue
        words = Wording(hit.passage.text)
        if sum(_copied(hit, words, *other) for other in kept) < COPIES:
            kept.append((hit, words))
            known |= figures
            left[reason] -= 1
    return [hit for hit, _ in kept]


def _far(claim: str, hit: Hit) -> bool:
    """Return whether a hit is about something else; one without a cosine is not known to be."""
    if hit.dense is None or hit.dense >= NEAR_DENSE:
        return False
    words = share(stems(hit.passage.text) | stems(hit.title), stems(claim))
    return words < LEAST_WORDS or (hit.dense < LEAST_DENSE and words < NEAR_WORDS)


def _copied(hit: Hit, words: Wording, other: Hit, theirs: Wording) -> bool:
    """Return whether two hits are one wording in two articles."""
    return hit.passage.article_id != other.passage.article_id and (
        hit.passage.text == other.passage.text or bool(shared_run(words, theirs))
    )


def _figures(claim: str, hit: Hit, day: date | None) -> set[str]:
    """Return the figures of a hit that count what the claim counts."""
    if not _FIGURE.search(hit.passage.text):
        return set()
    published = hit.published.date() if hit.published else None
    return {
        figure
        for number in compare(claim, hit.passage.text, day, published, hit.title)
        if number.outcome in _SAME_COUNT
        for figure in _FIGURE.findall(number.passage_text)
    }


def _denies(claim: str, hit: Hit) -> bool:
    """Return whether a hit denies something, and has enough of the claim's names."""
    if not _DENIAL.search(hit.passage.text):
        return False
    return told(names(claim), f"{hit.title} . {hit.passage.text}") >= LEAST_NAMES
