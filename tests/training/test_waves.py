"""What was annotated, read back."""

from __future__ import annotations

import json
import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer.embedder import open_embedder
from indexer.indexing import index_backlog
from indexer.opening import open_store
from training.rows import stance_examples
from training.waves import Undecided, asked, checked, cut, merge, pairs
from workers.rows import article_of

TEXT = (
    "The flood on the Sarn destroyed {0} houses on Tuesday. The mayor of Tel Amar said the dam "
    "held. Soldiers carried families to the school. Nobody was hurt, the mayor said. The rain "
    "has stopped. The river fell by a metre."
)


def story(outlet: str, houses: int) -> dict[str, Any]:
    """Return an article on one flood."""
    return {
        "outlet": outlet,
        "published": "2024-05-06",
        "title": f"Flood, {outlet}",
        "text": TEXT.format(houses),
    }


def test_a_passage_is_whole_sentences() -> None:
    """Nothing is cut within one, and the last, which may be unfinished, is left out."""
    passages, claims = cut(story("one.example", 40), random.Random(1))
    assert "The flood on the Sarn destroyed 40 houses on Tuesday." in claims
    assert all(passage.endswith(".") for passage in passages)
    assert "metre" not in " ".join(passages)


def test_pairs_are_of_two_outlets() -> None:
    """A claim meets the passage of somebody else, and each passage comes once."""
    stories = [story("one.example", 40), story("two.example", 44)]
    found = list(pairs(stories, 20, random.Random(1)))
    assert found
    assert all(row["claim_outlet"] != row["outlet"] for row in found)
    assert len({row["passage"] for row in found}) == len(found)


def test_checks_give_what_is_not_plainly_unrelated(tmp_path: Path) -> None:
    """An article's claims meet the passages that a check would show, of other outlets."""
    other = "In Tel Amar 44 houses were lost to the flood on the Sarn on Tuesday. It rains no more."
    stories = [story("one.example", 40), story("two.example", 44) | {"text": other}]
    with closing(open_store(str(tmp_path))) as store:
        store.articles.put([article_of(one, fetched=datetime.now(UTC)) for one in stories])
        index_backlog(store, open_embedder())
    found = list(checked(stories, str(tmp_path), random.Random(1)))
    assert {row["claim_outlet"] for row in found} == {"one.example", "two.example"}
    assert all(row["claim_outlet"] != row["outlet"] for row in found)
    assert all(row["claim_date"] == row["date"] == "2024-05-06" for row in found)
    # Nothing that the development set uses may come in: here, all but one story.
    assert list(checked(stories[:1], str(tmp_path), random.Random(1))) == []
    # Without a judge there are as many pairs, or more.
    pooled = [row for row, _ in asked(stories, str(tmp_path), Undecided(), random.Random(1))]
    assert all(row in pooled for row in found)


def test_a_label_alone_becomes_one_row(tmp_path: Path) -> None:
    """Pairs from checks have no claims written for them."""
    pair = {"claim": "x", "claim_outlet": "o", "passage": "p", "outlet": "q", "date": "2024-05-07"}
    (tmp_path / "pairs.json").write_text(json.dumps([pair]), encoding="utf-8")
    said = {"i": 0, "l": "u", "k": "none", "s": 1}
    (tmp_path / "out-00.jsonl").write_text(json.dumps(said), encoding="utf-8")
    assert [(r["claim"], r["stance"], r["part"]) for r in merge(tmp_path)] == [
        ("x", "unrelated", "natural")
    ]


def test_an_annotated_pair_becomes_five_rows(tmp_path: Path) -> None:
    """The pair itself, with what it was told to be, and a row for each written claim."""
    row = {
        "claim": "x", "claim_outlet": "o", "claim_date": "2024-05-06", "claim_title": "t",
        "passage": "p", "outlet": "q", "date": "2024-05-07", "title": "u",
    }  # fmt: skip
    said = {"i": 1, "l": "c", "k": "number", "s": 0, "a": "a1", "c": "c1", "ck": "denial",
            "d": "d1", "dk": "detail", "n": "n1"}  # fmt: skip
    (tmp_path / "pairs.json").write_text(json.dumps([row, row]), encoding="utf-8")
    lines = [json.dumps({"i": 0, "skip": 1}), json.dumps(said)]
    (tmp_path / "out-00.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = list(merge(tmp_path))
    assert [(r["claim"], r["stance"], r["kind"], r["part"]) for r in rows] == [
        ("x", "conflicts", "number", "natural"),
        ("a1", "agrees", "none", "written"),
        ("c1", "conflicts", "denial", "written"),
        ("d1", "conflicts", "detail", "written"),
        ("n1", "unrelated", "none", "written"),
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    # The pair is real, and half as sure; the others were written.
    weights = [example.weight for example in stance_examples(file, 2.0, written=1.0)]
    assert weights == [1.0, 1.0, 1.0, 1.0, 1.0]
