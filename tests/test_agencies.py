"""Which agency an article credits."""

from __future__ import annotations

import pytest

from corroborate.agencies import canonical_name, credit, of_domain

BODY = (
    "The strait was closed to ships for a second day because of ice, the coast guard said. "
    "Forty vessels were waiting on both sides and food was being brought to their crews by air."
)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (f"TALLINN (Reuters) - {BODY}", "Reuters"),
        (f"HELSINKI, Finland (AP) — {BODY}", "Associated Press"),
        (f"BEIJING, March 3 (Xinhua) -- {BODY}", "Xinhua"),
        (f"MOSCOW, April 7. /TASS/. {BODY}", "TASS"),
        (f"LONDON (PA) — {BODY}", "PA Media"),
        (f"ABU DHABI, 5th March, 2026 (WAM) -- {BODY}", "WAM"),
        (f"Damascus, SANA – {BODY}", "SANA"),
        (f"AFP - {BODY}", "AFP"),
        (f"New Delhi, Apr 4 (PTI) {BODY}", "PTI"),
        (f"Damascus (SANA) {BODY}", "SANA"),
        (f"BEIRUT (AP) {BODY}", "Associated Press"),
        (f"Agence France-Presse in Beirut\n\n{BODY}", "AFP"),
        (f"By JANE DOE, Associated Press\n\n{BODY}", "Associated Press"),
        (f"The Associated Press\n\n{BODY}", "Associated Press"),
        (f"{BODY} (dpa)", "dpa"),
        (f"{BODY} - REUTERS", "Reuters"),
        (f"{BODY}\n\nSource: IANS", "IANS"),
        (f"{BODY} (Reporting by Ann Lee; Editing by Bo Ek)", "Reuters"),
        (
            f"{BODY}\n\nCopyright 2026 The Associated Press. All rights reserved.",
            "Associated Press",
        ),
    ],
)
def test_credit(text: str, agency: str) -> None:
    """Datelines, bylines, sign-offs and copyright lines are credits."""
    assert credit(text) == agency


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY} A spokesman told Reuters.",
        f"{BODY}\n\nThe Associated Press contributed to this report.",
        f"{BODY}\n\n(Reuters, AFP)",
        f"{BODY}\n\nWith agencies",
        f"{BODY}\n\nPhoto: Reuters",
        f"Ice in the strait (Reuters) {BODY}",
        f"Ice in the strait (Getty Images). {BODY}",
        f"The Palestinian Authority (PA) – which runs the port – spoke of ice. {BODY}",
        f"Members of the Institute for Polar Studies (IPS) - they know ice. {BODY}",
        f"{BODY} The ship was named Ansa",
        f"{BODY}\n\nThe harbour is in Philadelphia, PA",
    ],
)
def test_no_credit(text: str) -> None:
    """Mentions, photo credits, contributions and joint credits are none."""
    assert credit(text) is None


def test_credit_among_authors() -> None:
    """An agency among the authors is a credit; two of them are none, nor are initials."""
    assert credit(BODY, ["Jane Doe", "Associated Press"]) == "Associated Press"
    assert credit(BODY, ["Reuters Staff"]) == "Reuters"
    assert credit(BODY, ["Reuters in Beirut"]) == "Reuters"
    assert credit(BODY, ["Reuters", "AFP"]) is None
    assert credit(BODY, ["PA"]) is None


def test_names_and_domains() -> None:
    """Any way to write an agency's name, and its own site, lead to one name."""
    assert canonical_name("The Associated Press") == "Associated Press"
    assert canonical_name("agence france-presse") == "AFP"
    assert canonical_name("Ap") is None
    assert of_domain("tass.com") == "TASS"
    assert of_domain("harbour-herald.example") is None
