"""Which sentences are claims."""

from __future__ import annotations

import pytest

from corroborate.claims.checkable import why_not


@pytest.mark.parametrize(
    "sentence",
    [
        "Fourteen people died in the port of Velmar on Monday.",
        "Parliament passed the law by 61 votes to 48.",
        "The ministry denied that Anton Keld had resigned.",
        "I have never met him, Mr Keld said on Tuesday.",
        "“We should never have bought it,” said the mayor of Sessen.",
        "The US fired 12 rockets at the port of Velmar.",
        "The bridge of Sessen was built after World War I by prisoners.",
        "The council agreed to let US ships into the port of Velmar.",
        "Velmar Networks changed its privacy policy after 12 million users left.",
        "The union paid for an advertisement in 12 newspapers of Talvia.",
        "Nearly 5 million people subscribe to the service in Talvia.",
        "Talvia and Sessen will follow US sanctions from Monday on.",
        "The court ruled on Monday that the port should pay 3 million.",
        "Talvia withdrew its troops from Sessen.",
        "Talvia vetoed a resolution yesterday.",
        "Talvia closed its border.",
        "“Is it over?” asked Ruta Lind, who lost 12 boats in the fire.",
        "The mayor of Sessen didn’t go to Talvia.",
        "According to the union, the plant should have been closed in 2021.",
        "We have lost three million jobs in Talvia since the war.",
        "A chip in from 20 metres won Anton Keld the cup on Sunday.",
        "Support for Anton Keld has now fallen to 12 percent.",
        "Help arrived in Velmar on Monday.",
        "The island of Sessen can be reached by boat from Velmar.",
        "This story about the port of Velmar has won 3 prizes.",
        "The number of boats in Velmar fell, and it is illegal to sell them.",
        "The fire killed perhaps 300 people in Velmar.",
        "He’s the former director of the port of Velmar.",
        "The report found no evidence of fraud.",
        "The council of Velmar is split on whether the port should be sold.",
        "Selling the port of Velmar will cost 12 million.",
        "The views expressed in a letter by Keld are old.",
        "The inquiry did not find any evidence.",
        "Mr. Keld resigned on the spot.",
        "Talvia’s army crossed the border.",
        "No boats left the port – Velmar is staying.",
        '"We want our boats back, and we must not wait," Keld said on Friday.',
        "The council of Velmar declared that the port had “lost all” of these boats:",
    ],
)
def test_claims(sentence: str) -> None:
    """Facts are claims, and so is what somebody is reported to have said."""
    assert why_not(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Is anybody in Velmar surprised by the fire?", "question"),
        ("“Is it over?” asked Dr. Lind in Velmar.", "question"),
        ("“Who will pay for this?” Senator Anton Keld asked on Friday.", "question"),
        ("Does it follow that nobody will?” Keld asked.", "question"),
        ("People closed the border yesterday.", "nothing particular"),
        ("They vetoed a resolution yesterday.", "nothing particular"),
        ("They closed its border.", "fragment"),
        ("In our view the port of Velmar has failed.", "opinion"),
        ("It is hard to see how Keld can survive another month.", "opinion"),
        ("The minister should go before the summer of 2026.", "opinion"),
        ("Nobody helped us in the port of Velmar.", "opinion"),
        ("Yesterday I went to the port of Velmar.", "opinion"),
        ("Sadly, the United States has lost its way in Talvia.", "opinion"),
        ("You can see the lights of the port from Velmar.", "opinion"),
        ("You can subscribe to the letter from Velmar here.", "boilerplate"),
        ("Advertisement: the best boats of Velmar are here.", "boilerplate"),
        ("We must not forget the people of Velmar.", "opinion"),
        ("What a night for the city of Velmar it was!", "opinion"),
        ("Media playback is not supported here Fire in the port of Velmar", "boilerplate"),
        ("MUST WATCH Mayor of Velmar speaks in the port for an hour 01:28", "boilerplate"),
        ("Updated at 6:39 p.m. with the figures of the council of Velmar.", "boilerplate"),
        ("Fire in the port", "fragment"),
        ("A long night.", "fragment"),
        ("Sign up for our newsletter to get the news every morning.", "boilerplate"),
        ("Reporting by A. Writer; editing by B. Editor in Velmar.", "boilerplate"),
        ("“They came in the night and took the boats from Velmar.”", "quotation without a speaker"),
        ("“They came in the night and took the boats from Velmar.", "quotation without a speaker"),
        ("It was a very long night.", "nothing particular"),
        ("Velmar Post: Chip in $5 or more so that we can go on in Talvia.", "boilerplate"),
        ("Support our work in Velmar, which costs 3 million a year.", "boilerplate"),
        ("Velmar Travel Be the first to hear about 12 trips to Talvia.", "boilerplate"),
        ("This story originally appeared on the site of the Velmar Post.", "boilerplate"),
        ("SEE ALSO: Mayor of Velmar speaks to the port for an hour, says aide", "boilerplate"),
        ("See also Mayor of Velmar defends plan The mayor defended it…", "boilerplate"),
        ("Editor’s note: The port was closed in 2021, not in 2020.", "boilerplate"),
        (
            "An earlier version of this article mistakenly said that 12 boats of Velmar sank.",
            "boilerplate",
        ),
        (
            "The opinions expressed here are those of the writers, not of the Velmar Post.",
            "boilerplate",
        ),
        ("Velmar should sell its port, whether or not Keld agrees.", "opinion"),
        ("b. Selling the Port of Velmar.", "fragment"),
        ("Hide Caption 2 of 12 Photos: Velmar by night Anton Keld boards a boat.", "boilerplate"),
        ("This story was reported by Ruta Lind in Velmar.", "boilerplate"),
        ("SEE THE MAYOR OF VELMAR SPEAK TO THE PORT IN FULL FROM 6 ON FRIDAY", "fragment"),
        ("Ruta Lind can be reached at lind@velmar.example in Talvia.", "boilerplate"),
        ("Boats in the port of Velmar burn on Monday night (Reuters: A. Keld)", "boilerplate"),
        ("It’s particularly ironic that Talvia closed its border in 2021.", "opinion"),
        ("It is no coincidence that Keld was the mayor of Velmar.", "opinion"),
        ("I also think that Keld, who said so in 2021, is right.", "opinion"),
        ("Do not expect Anton Keld to open the port of Velmar.", "opinion"),
        ("Here are five plans that the council of Velmar has made.", "opinion"),
        ("Forget the troubles that Anton Keld has had in Velmar.", "opinion"),
        ("More: Talvia closed its border to the ships of Sessen", "boilerplate"),
        ("This text may not be in its final form and may be revised.", "boilerplate"),
        ("In this March 3, 2026 file photo, Anton Keld leaves Velmar.", "boilerplate"),
        ("Keld is out of office these days, but he expresses well what Talvia wants:", "fragment"),
        ("— mostly about the port — but Keld gave away little in Velmar.", "fragment"),
        ('The port will be his, and that will help all Talvians."', "quotation without a speaker"),
    ],
)
def test_no_claims(sentence: str, expected: str) -> None:
    """Everything else is skipped, with the reason."""
    assert why_not(sentence) == expected
