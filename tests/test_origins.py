"""Folding evidence into origins."""

from __future__ import annotations

from corroborate.origins import Wording, Wordings, fold
from corroborate.types import FoldReason, Outlet, Stance
from tests.samples import WIRE, article, evidence

OTHER = (
    "Dozens of fishing boats stayed in the bay after the storm, and the harbour master said that "
    "none would be allowed to leave before the wind had dropped below six on the Beaufort scale, "
    "while the ferries to the islands were to start again in the course of the afternoon."
)


def test_same_wording_under_another_headline_is_one_origin() -> None:
    """A wire story that two outlets print under their own headlines counts once."""
    one = article("one", outlet="Radio", title="Jobs go", text=WIRE)
    two = article("two", outlet="Post", title="A town reels", text=WIRE)
    origins = fold([evidence(one), evidence(two)], Wordings({a.id: a for a in (one, two)}))
    assert [len(o.evidence) for o in origins] == [2]
    assert origins[0].folds[0].reason is FoldReason.WORDING
    assert origins[0].folds[0].overlap == 1.0
    assert origins[0].folds[0].shared == WIRE.rstrip(".")
    assert {e.origin for e in origins[0].evidence} == {origins[0].id}


def test_independent_reports_stay_apart() -> None:
    """Outlets that write in their own words count each."""
    one = article("one", outlet="Radio", text=WIRE)
    two = article("two", outlet="Post", text=OTHER)
    origins = fold([evidence(one), evidence(two)], Wordings({a.id: a for a in (one, two)}))
    assert [len(o.evidence) for o in origins] == [1, 1]


def test_same_headline_alone_folds_nothing() -> None:
    """Headlines are not compared: two outlets may well hit on the same one."""
    one = article("one", outlet="Radio", title="Toll rises", text=WIRE)
    two = article("two", outlet="Post", title="Toll rises", text=OTHER)
    assert len(fold([evidence(one), evidence(two)], Wordings({}))) == 2


def test_shared_agency_is_one_origin() -> None:
    """Two outlets that credit the same agency count once, however they rewrote it."""
    one = article("one", outlet="Radio", text=WIRE, agency="Reuters")
    two = article("two", outlet="Post", text=OTHER, agency="Reuters")
    (origin,) = fold([evidence(one), evidence(two)], Wordings({}))
    assert [(f.reason, f.shared) for f in origin.folds] == [(FoldReason.AGENCY, "Reuters")]


def test_publisher_family_is_one_origin() -> None:
    """Two titles of one publisher count once."""
    one = article("one", outlet=Outlet("a.example", "A", "Group"), text=WIRE)
    two = article("two", outlet=Outlet("b.example", "B", "Group"), text=OTHER)
    (origin,) = fold([evidence(one), evidence(two)], Wordings({}))
    assert [(f.reason, f.shared) for f in origin.folds] == [(FoldReason.FAMILY, "Group")]


def test_an_outlet_counts_once() -> None:
    """Two articles of one outlet are one origin; the stronger one stands for it."""
    one = article("one", text=WIRE)
    two = article("two", text=OTHER)
    rows = [evidence(one, probability=0.7), evidence(two, probability=0.9)]
    (origin,) = fold(rows, Wordings({}))
    assert [e.hit.passage.article_id for e in origin.evidence] == ["two", "one"]
    assert [f.reason for f in origin.folds] == [FoldReason.OUTLET]


def test_stances_are_folded_apart() -> None:
    """One outlet that agrees here and conflicts there is an origin of each stance."""
    one = article("one", text=WIRE)
    rows = [evidence(one), evidence(one, Stance.CONFLICTS, end=60)]
    assert [o.stance for o in fold(rows, Wordings({}))] == [Stance.AGREES, Stance.CONFLICTS]


def test_a_quotation_that_both_carry_folds_nothing() -> None:
    """Everybody quotes the same speech: words inside quotation marks prove no copying."""
    speech = "“" + WIRE.replace(".", "") + "”"
    one = article("one", outlet="Radio", text=f"The minister said: {speech}. He left the hall.")
    two = article("two", outlet="Post", text=f"{speech}, he told the crowd at noon in Sessen.")
    assert len(fold([evidence(one), evidence(two)], Wordings({}))) == 2


def test_short_texts_are_too_short_to_tell() -> None:
    """A sentence or two may coincide; containment of so few words means nothing."""
    assert Wording("Fourteen people died.").overlap(Wording("Fourteen people died.")) == 0.0


def test_longest_run_is_given_as_it_stands() -> None:
    """The shared run keeps case and punctuation, for the reader to recognise."""
    one = Wording("He said: The port, in the Bay of Velmar, was closed at noon today.")
    two = Wording("Officials: the port in the bay of Velmar was closed at noon.")
    assert one.longest_run(two) == "The port, in the Bay of Velmar, was closed at noon"


def test_what_agrees_is_folded_onto_the_checked_article() -> None:
    """Its wording, agency or family is its own; what conflicts stands for itself."""
    mine = article("mine", outlet=Outlet("m.example", "M", "Group"), text=WIRE, agency="Reuters")
    others = [
        article("wording", outlet="A", text=f"{WIRE} {OTHER}"),
        article("agency", outlet="B", text="Jobs go at the plant.", agency="Reuters"),
        article("family", outlet=Outlet("c.example", "C", "Group"), text="A plant shrinks."),
        article("apart", outlet="D", text="Nobody was told at the town hall."),
    ]
    wordings = Wordings({a.id: a for a in (mine, *others)})
    own, apart = fold([evidence(a) for a in others], wordings, mine)
    assert (own.own, apart.own) == (True, False)
    assert {f.article_id: f.reason.value for f in own.folds if f.onto == "mine"} == {
        "wording": "wording", "agency": "agency", "family": "family",
    }  # fmt: skip
    (against,) = fold([evidence(others[1], Stance.CONFLICTS)], wordings, mine)
    assert not against.own
