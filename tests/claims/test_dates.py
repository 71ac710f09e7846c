"""Days that a sentence hints at, named from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from corroborate.claims.dates import spell_out

THURSDAY = date(2026, 3, 12)
IN_MAY = date(2017, 5, 10)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It began last Friday (March 6th).", "It began on March 6th 2026."),
        ("It was full as of Tuesday morning.", "It was full as of the morning of 10 March 2026."),
        ("Late Tuesday, Keld resigned.", "Late on 10 March 2026, Keld resigned."),
        ("He resigned on Tuesday.", "He resigned on 10 March 2026."),
        ("The vote will be held on Monday.", "The vote will be held on 16 March 2026."),
        ("Yesterday the quay was closed.", "On 11 March 2026 the quay was closed."),
        ("Today, the court ruled for Keld.", "On 12 March 2026, the court ruled for Keld."),
        ("The fleet sailed two days ago.", "The fleet sailed on 10 March 2026."),
        ("It opened in early December.", "It opened in early December 2025."),
        ("It closed by Monday evening.", "It closed by the evening of 9 March 2026."),
        ("It was lost last year in Sessen.", "It was lost in 2025 in Sessen."),
        ("Last year, Keld resigned.", "In 2025, Keld resigned."),
        ("He left late last year.", "He left late in 2025."),
        ("It has rained since last year.", "It has rained since 2025."),
        ("More was lost than last year.", "More was lost than in 2025."),
        ("He left a Sessen hotel Sunday.", "He left a Sessen hotel on 8 March 2026."),
    ],
)
def test_days_are_named(sentence: str, expected: str) -> None:
    """Hinted days are named from the day of publication, a Thursday."""
    assert spell_out(sentence, THURSDAY) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Keld said on Monday it will close.", "Keld said on 9 March 2026 it will close."),
        ("Keld said on Tuesday he would go next Monday.",
         "Keld said on 10 March 2026 he would go on 16 March 2026."),
        ("Sessen lost on Saturday and will play on Tuesday.",
         "Sessen lost on 7 March 2026 and will play on 17 March 2026."),
        ("On Monday the council will vote.", "On 16 March 2026 the council will vote."),
        ("The truce begins Friday.", "The truce begins on 13 March 2026."),
        ("He is due to speak on Monday.", "He is due to speak on 16 March 2026."),
        ("The road must be cleared by Monday.", "The road must be cleared by 16 March 2026."),
        ("He did not speak until Monday.", "He did not speak until 9 March 2026."),
        ("His funeral is on Monday.", "His funeral is on 16 March 2026."),
        ("Sessen hosts Velmar on Sunday.", "Sessen hosts Velmar on 15 March 2026."),
        ("He is accused of theft on Monday.", "He is accused of theft on 9 March 2026."),
        ("He was sworn in Tuesday.", "He was sworn in on 10 March 2026."),
    ],
)  # fmt: skip
def test_the_nearest_verb_decides(sentence: str, expected: str) -> None:
    """What was said or done lies behind, what will be lies ahead, each by its own verb."""
    assert spell_out(sentence, THURSDAY) == expected


def test_a_day_that_began_where_it_was_written() -> None:
    """What happened "on Friday" was not almost a week ago, if the time is known; else in doubt."""
    sentence = "He resigned on Friday."
    assert spell_out(sentence, THURSDAY, timed=True) == "He resigned on 13 March 2026."
    missing = spell_out("He has been missing since Friday.", THURSDAY, timed=True)
    assert missing == "He has been missing since 6 March 2026."
    assert spell_out(sentence, THURSDAY) == sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A hearing is scheduled for Monday.", "A hearing is scheduled for 16 March 2026."),
        ("It rained between Monday and Tuesday.",
         "It rained between 9 March 2026 and 10 March 2026."),
        ("Keld will have his say on Monday.", "Keld will have his say on 16 March 2026."),
        ("Keld has a boat, which he sold on Monday.",
         "Keld has a boat, which he sold on 9 March 2026."),
        ("It came as early as Tuesday.", "It came as early as 10 March 2026."),
        ("Fewer than ever before came on Tuesday.",
         "Fewer than ever before came on 10 March 2026."),
    ],
)  # fmt: skip
def test_one_preposition_is_enough(sentence: str, expected: str) -> None:
    """A day gets an "on" only where no preposition stands before it."""
    assert spell_out(sentence, THURSDAY) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "He spoke on Sunday, March 8, 2026.",
        "The Monday session was short.",
        "They may march.",
        "Every Monday the council met.",
        "Keld's Friday decision stood.",
        "It was a rainy Monday, then.",
        "Black Friday sales rose.",
        "Sessen Wednesday beat Velmar.",
        "Velmar Today reported it.",
        "He left the day before yesterday.",
        "Two years ago on Monday he left.",
        "It is hotter than it is today.",
        "Today, the port of Velmar is the largest in Talvia.",
        "In 1987 it was poor; today, it has nine piers.",
        "It is one of the oldest ships at sea today.",
        "It rained from Monday to Wednesday.",
        "It was said on Tuesday night's show.",
        "The road is closed until Monday.",
        "Velmar has a match in Sessen on Monday.",
        "Keld said he planned to resign on Tuesday.",
        "It ended a full week after the storm hit Velmar on Wednesday.",
        "“We will remember yesterday,” Keld said.",
        "Tuesday is the deadline, and Monday was quiet.",
        "Last year was the worst.",
        "It was the last year of the war.",
        "At this time last year it rained.",
        "It beat last year's loss.",
        "“We lost it last year,” Keld said.",
    ],
)
def test_doubtful_days_stay(sentence: str) -> None:
    """Parts of names and of longer phrases, and what is said in a quotation, are left alone."""
    assert spell_out(sentence, THURSDAY) == sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("He said so in an October 28 speech.", "He said so in an October 28 2016 speech."),
        ("It was lost on June 27.", "It was lost on June 27 2016."),
        ("The vote is due on June 27.", "The vote is due on June 27 2017."),
        ("It must be done by Sept. 30.", "It must be done by Sept. 30 2017."),
        ("Rules are likely to be issued in July.", "Rules are likely to be issued in July 2017."),
        ("It needs to be paid by July 28.", "It needs to be paid by July 28 2017."),
        ("He left last July.", "He left in July 2016."),
        ("He has led it since last July.", "He has led it since July 2016."),
        ("It closed in October last year.", "It closed in October 2016."),
        ("It will open next March.", "It will open in March 2018."),
        ("In April Talvia closed the port.", "In April 2017 Talvia closed the port."),
        (
            "They have a full agenda, with the vote on tap in June.",
            "They have a full agenda, with the vote on tap in June 2017.",
        ),
        (
            "With the council poised to meet in June, nobody left.",
            "With the council poised to meet in June 2017, nobody left.",
        ),
        ("The vote is planned to begin on June 1.", "The vote is planned to begin on June 1 2017."),
        ("The law became effective in March.", "The law became effective in March 2017."),
        (
            "They ended the plan, effective in October, and left.",
            "They ended the plan, effective in October 2017, and left.",
        ),
        ("The vote is in November.", "The vote is in November 2017."),
        (
            "It has been shut since he left in March.",
            "It has been shut since he left in March 2017.",
        ),
        ("In May, the council met.", "In May 2017, the council met."),
        (
            "The pier, which reopens in July, is old.",
            "The pier, which reopens in July 2017, is old.",
        ),
    ],
)
def test_months_get_their_year(sentence: str, expected: str) -> None:
    """A month without a year is the last one, unless its verb speaks of the future."""
    assert spell_out(sentence, IN_MAY) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The Sept. 11 attacks changed it.",
        "In January of that year it closed.",
        "April Jones met Jan Keld on July Fourth.",
        "He fought in the 1973 October war.",
        "It happened by Oct. 26, 2016.",
        "The June 8 election was called.",
        "The council has until January to answer.",
        "The port is funded through September 30.",
        "The law gave the council until June 14 to answer.",
        "It rained on April 14 and 15.",
        "He was remanded until a hearing in Velmar on June 9.",
        "The trial was adjourned to 9 November.",
        "He was bailed to appear in Velmar on June 9.",
        "The bank raised its forecast for October.",
        "He left last April.",
        "They ended the plan, effective in March, and left.",
        "He decided in April or early May of 2016 to leave.",
        "It was shut from September through November 2015.",
        "“We shut the port in April,” Keld said.",
        "She lost confidence in May, who had won.",
        "He took part in March for Velmar.",
    ],
)
def test_doubtful_months_stay(sentence: str) -> None:
    """Names, bywords, and months whose year is given or may be either are left alone."""
    assert spell_out(sentence, IN_MAY) == sentence


def test_without_a_date_no_day_is_made_up() -> None:
    """An undated article's "yesterday" stays what it is; only the bracket is resolved."""
    assert spell_out("It began last Friday (March 6th) or yesterday.", None) == (
        "It began on March 6th or yesterday."
    )
