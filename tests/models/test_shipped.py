"""The shipped folders are sentence-transformers folders, and our run of them is the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from corroborate import models
from corroborate.judge.network import FolderNetwork, NamedNetwork, open_network
from corroborate.models.runtime import weights_file
from indexer.embedder import FolderEmbedder, NamedEmbedder, open_embedder
from training.dequantise import dequantise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

PAIRS = [
    ("Fifty-nine missiles hit the air base, officials said.", "The base was hit by missiles."),
    ("The minister denied that any strike took place.", "A strike killed twelve people."),
    ("The museum opens a new wing in May.", "Inflation fell to two percent in March."),
    (
        "Rescue teams searched the ruins on Tuesday. At least 70 people died, the ministry said.",
        "Two people died in the collapse of the building, according to the ministry.",
    ),
]
TEXTS = [text for pair in PAIRS for text in pair]


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares


@pytest.mark.parametrize("folder", [models.EMBEDDER, models.JUDGE])
def test_one_file_of_weights(folder: Path) -> None:
    """A shipped folder has its 8-bit weights under the usual name and no others."""
    weights = [p for p in folder.rglob("*") if p.suffix in {".onnx", ".safetensors", ".bin"}]
    assert weights == [weights_file(folder)] == [folder / "onnx" / "model.onnx"]
    assert 20_000_000 < weights[0].stat().st_size < 40_000_000


def test_embedder_opens_in_sentence_transformers() -> None:
    """SentenceTransformer runs the shipped file and gives our vectors."""
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(models.EMBEDDER), backend="onnx", device="cpu").encode(
        TEXTS, batch_size=1
    )
    np.testing.assert_allclose(open_embedder().embed_passages(TEXTS), theirs, atol=1e-3)


def test_judge_opens_in_sentence_transformers() -> None:
    """CrossEncoder runs the shipped file and gives our logits."""
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    model = CrossEncoder(str(models.JUDGE), backend="onnx", device="cpu")
    theirs = model.predict(PAIRS, batch_size=1, activation_fn=Identity())
    assert list(model.config.id2label.values()) == ["agrees", "conflicts", "unrelated"]
    ours = open_network().logits(PAIRS)
    np.testing.assert_allclose(ours, theirs, atol=1e-2)
    # Side by side they share the scale of their 8-bit inputs; what leaves early does so here too.
    side_by_side = model.predict(PAIRS, activation_fn=Identity())
    np.testing.assert_allclose(ours, side_by_side, atol=0.2)


def test_embedder_in_fp32(tmp_path: Path, as_onnx: Callable[[Path, str], Path]) -> None:
    """With the shipped weights in fp32, ours and PyTorch are equal; in 8 bits ours is near."""
    dequantise(models.EMBEDDER, tmp_path / "fp32")
    theirs = NamedEmbedder(str(tmp_path / "fp32")).embed_passages(TEXTS)
    ours = FolderEmbedder(as_onnx(tmp_path / "fp32", "last_hidden_state"))
    np.testing.assert_allclose(ours.embed_passages(TEXTS), theirs, atol=1e-5)
    near = (open_embedder().embed_passages(TEXTS) * theirs).sum(axis=1)
    assert near.min() > 0.96
    assert near.mean() > 0.985


def test_judge_in_fp32(tmp_path: Path, as_onnx: Callable[[Path, str], Path]) -> None:
    """With the shipped weights in fp32, ours and PyTorch are equal; in 8 bits ours is near."""
    dequantise(models.JUDGE, tmp_path / "fp32")
    theirs = NamedNetwork(str(tmp_path / "fp32")).logits(PAIRS)
    ours = FolderNetwork(as_onnx(tmp_path / "fp32", "logits"))
    np.testing.assert_allclose(ours.logits(PAIRS), theirs, atol=1e-3)
    difference = np.abs(_softmax(open_network().logits(PAIRS)) - _softmax(theirs))
    assert difference.mean() < 0.05
