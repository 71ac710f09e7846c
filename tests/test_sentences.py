"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corroborate.sentences import split

INVISIBLE = " \n\t\u00a0\u200b"


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", "Nobody came."],
        ["Mr. J. R. Lind met the U.S. envoy on Apr. 7.", "He left at 5 p.m."],
        ["It cost $1.5 million.", "Sales fell 3.2 percent."],
        ["“We will not pay,” she said.", "The hall was silent."],
        ["Is anybody surprised?", "Dr. Osei was not!"],
        ["Sens. Keld and Lind met Rep. Osei and Lt. Gov. Orr.", "Gov. Poe was at Ft. Velmar."],
        ["Mr Keld (D-Ore.), who won, left.", "Anton Keld (R-Neb.) — once mayor — stayed."],
        ["He was asked by Lind, D-Ore.", "He refused."],
        ["MOBILE, Ala. — Anton Keld won.", "He lives in Selma, Ala.", "He is 60."],
        ["Velmar, Calif. Mayor Keld left.", "He was tired."],
        ["The poll was held Oct. 14-23 in Velmar.", "Most said no."],
        ["He waited … and waited.", "Then he went."],
        ["There is a cap.", "Those above the cap pay."],
        ["Shares fell 5.3% to $141.05.", "More than 1.2 million fled."],
        ["The index fell to 2.5.", "“It was bad,” she said."],
        ["He left the U.S.", "He went to Velmar."],
        ["It happened in the U.S.", "They left the U.S. Senate on Monday."],
        ["“Who will pay?” Senator Anton Keld asked on Friday.", "Nobody did."],
        ["“We won!” Keld said.", "He left."],
        ["“Who will pay?”", "Keld said the port was lost."],
        ["“Who will pay?”", "He said on Friday that nobody would."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    """Abbreviations, initials, dates, decimals and quotations end no sentence."""
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split(text)] == sentences


def test_a_title_does_not_reach_over_a_line_break() -> None:
    """What ends a line ends a sentence, whatever it is."""
    assert split("He met the Gov.\nKeld left.") == [(0, 15), (16, 26)]


def test_a_line_break_ends_a_sentence() -> None:
    """A headline without a full stop does not run into the text below it."""
    text = "Fire in the port\n\nFourteen people died."
    assert [text[a:b] for a, b in split(text)] == ["Fire in the port", "Fourteen people died."]


@given(st.text(alphabet=st.sampled_from("aB .?!…\n\t“”\"'’()-–1,\u00a0\u200b中"), max_size=80))
def test_nothing_is_lost(text: str) -> None:
    """Sentences are in order, not empty, and no visible character lies between them."""
    position = 0
    for start, end in split(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip(INVISIBLE)
        position = end
    assert not text[position:].strip(INVISIBLE)
