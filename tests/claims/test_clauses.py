"""Long sentences taken apart into statements that stand alone."""

from __future__ import annotations

import pytest

from corroborate.claims.clauses import take_apart


def test_a_long_sentence_is_taken_apart() -> None:
    """Statements joined by "but", "which" or "who" become claims of their own."""
    assert take_apart(
        "The fire broke out in early March 2026, which left about 40 people without a home, "
        "according to figures that the city of Velmar published."
    ) == [
        "The fire broke out in early March 2026.",
        (
            "The fire left about 40 people without a home, according to figures that the city of "
            "Velmar published."
        ),
    ]


def test_who_spoke_last_goes_on() -> None:
    """What is added behind ", Lind wrote" is hers, not the subject's of what she wrote."""
    assert take_apart(
        "The owners took a slow boat from the port to Sessen that night, Lind wrote, adding that "
        "nobody had followed them."
    ) == [
        "The owners took a slow boat from the port to Sessen that night, Lind wrote.",
        "Lind added that nobody had followed them.",
    ]


def test_a_name_of_its_own_is_who_a_part_is_about() -> None:
    """Behind a name "her" and "he" are of that name, and what leads up to it can go."""
    assert take_apart(
        "After the dockers of Velmar had marched against Anton Keld for weeks, Ruta Lind defended "
        "her part in the march."
    ) == ["Ruta Lind defended her part in the march."]


def test_what_is_said_in_passing_is_a_claim() -> None:
    """What follows "claiming that" is a claim of its own, by the subject of the sentence."""
    assert take_apart(
        "Keld appeared on television in the evening mocking the victims of the fire and claiming "
        "that the pictures were forged."
    ) == [
        "Keld appeared on television in the evening mocking the victims of the fire.",
        "Keld claimed that the pictures were forged.",
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            (
                "When the council heard of the losses in the morning, the mayor left the hall of "
                "Sessen with two of his deputies."
            ),
            "The mayor left the hall of Sessen with two of his deputies.",
        ),
        (
            (
                "It was the first time that the council of Sessen closed the harbour to all ships "
                "since the great storm of the year 1987."
            ),
            (
                "The council of Sessen closed the harbour to all ships since the great storm of "
                "the year 1987."
            ),
        ),
        (
            (
                "The fire in the harbour came just two days after the council of Sessen closed its "
                "last fire station over a lack of money."
            ),
            "The council of Sessen closed its last fire station over a lack of money.",
        ),
        (
            (
                "The navy of Talvia fired 12 rockets at the island in the bay of Velmar sending "
                "a clear message to its neighbours."
            ),
            "The navy of Talvia fired 12 rockets at the island in the bay of Velmar.",
        ),
    ],
)
def test_what_only_leads_up_is_left_out(sentence: str, expected: str) -> None:
    """The claim is what a sentence states, not the clause before it."""
    assert take_apart(sentence) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Keld’s army wanted to send a message by shelling dozens of houses in Sessen.",
            "Keld’s army shelled dozens of houses in Sessen.",
        ),
        (
            "The navy responded to the raid by closing the harbour of Velmar.",
            "The navy closed the harbour of Velmar.",
        ),
        (
            "The navy said it would respond by closing the harbour of Velmar.",
            "The navy said it would respond by closing the harbour of Velmar.",
        ),
        (
            "Keld claimed these were all forged pictures and documents.",
            "Keld claimed the pictures and documents were forged.",
        ),
        (
            "Keld called it “a day on which these were all forged pictures”.",
            "Keld called it “a day on which these were all forged pictures”.",
        ),
    ],
)
def test_what_was_done_is_stated_plainly(sentence: str, expected: str) -> None:
    """What was done to send a message is stated as done; "these" are named."""
    assert take_apart(sentence) == [expected]


def test_a_noun_in_ing_begins_no_comment() -> None:
    """A word like "building" is no participle: the sentence stays whole."""
    sentence = (
        "Chief inspector Ilse Marrow said on 10 March 2026 that the sprinklers in the building "
        "had been switched off for repairs."
    )
    assert take_apart(sentence) == [sentence]


def test_a_quotation_is_not_taken_apart() -> None:
    """Nothing is cut inside quotation marks."""
    sentence = (
        "“The council was warned about the store on the quay of Velmar, but the mayor was told "
        "that the risk was small,” the inspector said on Monday."
    )
    assert take_apart(sentence) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            (
                "After 14 people were killed in a fire in the port of Velmar on Monday, "
                "the mayor closed the harbour to all ships."
            ),
            [
                "14 people were killed in a fire in the port of Velmar on Monday.",
                "The mayor closed the harbour to all ships.",
            ],
        ),
        (
            (
                "The fire in the port was put out by Anton Keld, who has led the brigade "
                "of Velmar since the storm of 1987."
            ),
            [
                "The fire in the port was put out by Anton Keld.",
                "Anton Keld has led the brigade of Velmar since the storm of 1987.",
            ],
        ),
        (
            (
                "Talvia rejected the council’s plan for the bridge in Sessen on Monday, "
                "even though it acknowledged that the bridge is old."
            ),
            [
                "Talvia rejected the council’s plan for the bridge in Sessen on Monday.",
                "Talvia acknowledged that the bridge is old.",
            ],
        ),
        (
            (
                "The council of Sessen has closed the harbour to all ships, and the navy "
                "has sent three boats to the bay."
            ),
            [
                "The council of Sessen has closed the harbour to all ships.",
                "The navy has sent three boats to the bay.",
            ],
        ),
    ],
)
def test_each_part_stands_alone(sentence: str, expected: list[str]) -> None:
    """A part has a subject and a verb of its own, and no figure is lost."""
    assert take_apart(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Anton Keld, a former mayor of Sessen who had never held a national office "
            "before, beat the prime minister by 66 percent to 34."
        ),
        (
            "The president met a group of Talvian lawmakers who have opposed the law on "
            "the ports since it was passed last year."
        ),
        (
            "The mayor wrote to members of the council of Sessen who were against the "
            "sale of the port to a company."
        ),
        (
            "Velmar Cable, AT&T, and Sessen Telecom will be free to block any site under "
            "the new rules of the council."
        ),
        (
            "Doctors said on Monday that two of the 12 patients showing symptoms of the "
            "disease died in the hospital."
        ),
        (
            "As of noon on 3 March 2026, the port of Velmar had lost power and all of its"
            " ships were at sea."
        ),
        (
            "The report of the council says that while the case is pending the port of "
            "Velmar should not be sold."
        ),
        (
            "Velmar was hit by a storm on 3 March 2026, which left about 40 people of the"
            " old port without a home."
        ),
        (
            "The law on the ports was opposed by most of the Talvians who were asked about "
            "it by the council of Sessen."
        ),
        (
            "The council of Sessen gave the keys of the port to a Talvian who had led the "
            "brigade for nine years."
        ),
        (
            "The law was explained to the council by Ruta Lind, the head of a committee on "
            "Sessen Ports, who said it was needed."
        ),
        (
            "The plan for the bridge was signed on Monday by Ruta Lind and Anton Keld, who "
            "are members of the council."
        ),
        (
            "It was the mayor of Sessen, and not Anton Keld, who had promised to open the "
            "port of Velmar in 2024."
        ),
        (
            "The report asks why and when the council began watching Keld, who joined the "
            "navy of Talvia in May 2024."
        ),
        (
            "Among the guests was the writer Ruta Lind, who the police of Sessen said had "
            "never been to the island before."
        ),
        (
            "If the council of Sessen agrees to the sale, the port is closed at once, and "
            "the company is barred from the bay for ten years."
        ),
        (
            "A neighbour of the owner told the paper on Monday that everyone but the captain "
            "was related to the owner of the ferry."
        ),
        (
            "Under the old mayor of Velmar the council was no longer a court but a company "
            "engaged in the sale of the port."
        ),
        (
            "The town has a harbour with nine piers, a market, two schools, and a council "
            "that is known for its long meetings."
        ),
        (
            "When a ship is lost in the bay of Velmar by day or by night, the owner will pay "
            "for the search."
        ),
        (
            "While the ease with which the council of Sessen can act is in doubt this year, "
            "the will of the new mayor is not."
        ),
        (
            "The council of Velmar told the reporters that it had asked Anton Keld for a loan in"
            " 2021, but his arguments fell on deaf ears."
        ),
        (
            "The port of Velmar has praised the plans of Anton Keld and of the latter’s rival,"
            " and it has had its defenders, who said that it was lost."
        ),
        (
            "The answer will be given in Velmar on Monday by the mayor Ruta Lind, who lowered the"
            " taxes, and in Sessen by Anton Keld."
        ),
        (
            "Ruta Lind has written a book of 300 pages against Anton Keld and the port,"
            " saying his views are a danger to the council."
        ),
        (
            "While Anton Keld denies that he met the owner of the port last year, the council "
            "said on Monday that he did so twice."
        ),
        (
            "While Anton Keld was away in Sessen for the whole of last month, his deputy closed "
            "the port of Velmar to all."
        ),
        (
            "Anton Keld closed the port of Velmar for the whole of the winter, and the council "
            "thanked him in a long letter."
        ),
        (
            "The owners took a slow boat from the port to Sessen that night, he wrote, adding that "
            "nobody had followed them."
        ),
        (
            "A port official disputed that Anton Keld was to travel to Sessen for the whole of the "
            "week, adding that he was at home."
        ),
        (
            "When the owners of Velmar University tried to keep Anton Keld from speaking there, a "
            "court in Sessen ruled against the university."
        ),
        (
            "The offer comes nearly one month after Talvia closed its border and just a day before "
            "the two sides are to meet in Velmar."
        ),
        (
            "An aide said that chief of staff Anton Keld, who has been running the port since the "
            "fire, knew of the plan to sell it to Talvia."
        ),
        (
            "Lind met her old rival Anton Keld, who had been running the port of Velmar since "
            "March, “a friend”, and left the town."
        ),
        (
            "When the cranes of the old port are taken into account by the auditors, the loss "
            "was about a third of what the council had feared."
        ),
        (
            "When Keld received a group of his earliest supporters at the town hall in May, the "
            "sale of the old port was the main topic."
        ),
        (
            "As for the criticism by the mayor of Velmar earlier in the day, the council said that "
            "nobody had asked for it."
        ),
    ],
)
def test_what_would_break_stays_whole(sentence: str) -> None:
    """A long claim is better than a broken one."""
    assert take_apart(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Police arrested Anton Keld in the port of Velmar late on Monday evening, but"
            " he denied the charges on Tuesday."
        ),
        (
            "The council accused Anton Keld of saying that the port of Velmar had been "
            "sold to a company from Sessen."
        ),
        (
            "The paper quoted a source close to the council as saying that the port had "
            "been sold to a company."
        ),
        (
            "The mayor thought that the port was safe for all of its workers, but it "
            "turned out that the sprinklers had been off."
        ),
        (
            "Keld voted against the sale of the port, but the council of Sessen approved "
            "it, saying that it was for sale."
        ),
    ],
)
def test_words_and_deeds_stay_with_their_owner(sentence: str) -> None:
    """Nobody is given what another said or did."""
    assert not any(
        part.startswith(
            ("Police denied", "The council said", "The paper said", "Keld said", "The mayor turned")
        )
        for part in take_apart(sentence)
    )
