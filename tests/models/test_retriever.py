"""Fine-tuning an embedder on claims and their passages."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from training.retriever import ARTICLES, FILES, Triple, batches, train, triples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = [Triple(f"the base {c}", f"missiles struck {c}", f"no council {c}") for c in "abcdefgh"]


def test_no_passage_twice_in_a_batch() -> None:
    """A passage is never its own negative, and full batches use every row once at most."""
    rows = [Triple(str(i), f"passage {i // 2}", "other") for i in range(40)]
    made = batches(rows, 8, random.Random(1))
    used = [row for batch in made for row in batch]
    assert [len({row.passage for row in b}) == len(b) for b in made] == [True] * len(made)
    assert len(set(used)) == len(used) > 24


def test_triples_leave_unrelated_out(tmp_path: Path) -> None:
    """A triple's negative is of the passage's article and not in it; unrelated rows are none."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "gold").mkdir()
    text = "Missiles struck the base. The council met on Friday. It rained all night."
    article = {"outlet": "o", "published": "2020-01-01", "title": "t", "text": text}
    row = {"outlet": "o", "date": "2020-01-01", "title": "t", "claim": "c"}
    rows = [
        {**row, "passage": "Missiles struck the base.", "stance": "conflicts"},
        {**row, "passage": "It rained all night.", "stance": "unrelated"},
    ]
    for name in ARTICLES:
        (tmp_path / "articles" / name).write_text(json.dumps(article) + "\n")
    for name in FILES:
        (tmp_path / "gold" / name).write_text("")
    (tmp_path / "gold" / FILES[0]).write_text("\n".join(map(json.dumps, rows)))
    (only,) = triples(tmp_path, random.Random(1))
    assert (only.claim, only.passage) == ("c", "Missiles struck the base.")
    assert only.negative in text
    assert only.passage not in only.negative


@pytest.mark.parametrize(("share", "moved"), [(0.0, False), (1.0, True)])
def test_train(share: float, moved: bool, bi_encoder: Callable[[str], Path]) -> None:  # noqa: FBT001 - a case
    """Training draws claims to their passages; a share of nothing leaves the base as it was."""
    from sentence_transformers import SentenceTransformer

    folder = str(bi_encoder("mean"))

    def likeness(model: SentenceTransformer) -> float:
        claims, passages, negatives = (
            model.encode([getattr(r, name) for r in ROWS], normalize_embeddings=True)
            for name in ("claim", "passage", "negative")
        )
        return float(np.mean((claims * (passages - negatives)).sum(axis=1)))

    before = likeness(SentenceTransformer(folder, device="cpu"))
    model = train(folder, ROWS, epochs=10, size=4, rate=1e-2, share=share, seed=1)
    after = likeness(model)
    assert (after > before + 0.1 if moved else after == pytest.approx(before, abs=1e-4)) is True
