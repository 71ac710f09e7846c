"""The title of an article: one of the wordings that its page gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workers.facts import alike

#: Places of a title other than the heading, best first; those in one row speak with one
#: voice, since the second repeats the first unless told otherwise.
_VOICES = (("json-ld",), ("opengraph", "twitter"), ("title",))
#: A heading that resembles no other wording this much is something else's.
_RESEMBLES = 0.3
_SEPARATOR = re.compile(r"\s+[|*•·–—»-]\s+|\s*\|\s*")
_DOMAIN = re.compile(r"(?i)[\w-]+\.(?:com|org|net|tv|ca|co\.\w\w|\w\w)")
_LIVE_MARK = re.compile(r"\b(?:LIVE|Live)\b")
_CUT_SHORT = re.compile(r"\s*(?:…|\.\.\.)$")


def choose(titles: Mapping[str, str], site: str, *, live: bool = False) -> str:
    """Return the title of a page; empty where it has none.

    It is the heading, if another place has the same words; else a wording that two other
    places share, which leaves out labels that stand inside a heading; else the heading, if
    it resembles another wording; else the first of JSON-LD, OpenGraph, Twitter, ``<title>``.

    Args:
        titles: Wordings by place, as in ``Facts.titles``.
        site: The outlet's name, taken off the wordings.
        live: The page was a live blog: a heading that still says "LIVE" gives way to the
            OpenGraph title.
    """
    told = without_site(titles, site)
    heading = told.get("heading", "")
    if live and "opengraph" in told and _LIVE_MARK.search(heading):
        return told["opengraph"]
    others = [told[place] for voice in _VOICES for place in voice if place in told]
    if heading and any(_same(heading, other) for other in others):
        return heading
    agreed = next((t for t in others if _voices(t, told) > 1), "")
    if agreed:
        return agreed
    if heading and (not others or max(alike(heading, t) for t in others) >= _RESEMBLES):
        return heading
    return next(iter(others), heading)


def words(line: str) -> list[str]:
    """Return the words of a line without case and punctuation."""
    return re.findall(r"\w+", line.casefold())


def without_site(titles: Mapping[str, str], site: str) -> dict[str, str]:
    """Return the wordings that there are, without the outlet's name.

    What stands behind a bar in metadata is taken for a section or an outlet even if its
    name is another; a heading and a JSON-LD headline are the newsroom's own.
    """
    return {
        place: _without(title, site, guess=place not in {"heading", "json-ld"})
        for place, title in titles.items()
        if title
    }


def _same(full: str, other: str) -> bool:
    """Return whether two lines have the same words, the second perhaps cut short by "…"."""
    whole, part = words(full), words(other)
    if _CUT_SHORT.search(other) and len(part) > 2:  # noqa: PLR2004
        # The last word may be cut as well.
        return " ".join(whole).startswith(" ".join(part))
    return whole == part


def _voices(title: str, told: Mapping[str, str]) -> int:
    """Return how many voices have a wording, none for one that is cut short."""
    if _CUT_SHORT.search(title):
        return 0
    return sum(any(_same(title, told.get(p, "")) for p in voice) for voice in _VOICES)


def _without(title: str, site: str, *, guess: bool) -> str:
    """Take " | The Citizen" and the like off a title: at most three parts of its end."""
    for _ in range(3):
        ends = list(_SEPARATOR.finditer(title))
        if not ends:
            return title
        head, tail = title[: ends[-1].start()], title[ends[-1].end() :]
        known = _names(tail, site) or bool(_DOMAIN.fullmatch(tail.strip()))
        section = guess and ends[-1][0].strip() in {"|", "*"} and len(tail) < len(head)
        if not head.strip() or not (known or section):
            break
        # Only sections stand between a title and its outlet's name.
        title, guess = head, True
    first = _SEPARATOR.search(title)
    if first and title[first.end() :].strip() and _squeezed(title[: first.start()], site):
        return title[first.end() :]
    return title


def _names(part: str, site: str) -> bool:
    """Return whether a part of a title is an outlet's name, or most of it, or it and a bit."""
    if _squeezed(part, site):
        return True
    here, there = ([w for w in words(line) if w != "the"] for line in (part, site))
    if not here or not there:
        return False
    one, other = f" {' '.join(here)} ", f" {' '.join(there)} "
    shorter = one in other and 2 * len(one) >= len(other)
    # A name of one word may be any word of a headline: "– time to vote", of "TIME".
    longer = len(there) > 1 and other in one and len(here) <= len(there) + 2
    return shorter or longer


def _squeezed(part: str, site: str) -> bool:
    """Return whether two names are the same but for spaces and "the"."""
    one, other = ("".join(w for w in words(line) if w != "the") for line in (part, site))
    return bool(one) and one == other
