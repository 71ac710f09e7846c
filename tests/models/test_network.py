"""Opening stance networks: label order, folders, and models named to sentence-transformers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corroborate.errors import ModelError
from corroborate.judge.network import FolderNetwork, NamedNetwork, label_order, open_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (["agrees", "conflicts", "unrelated"], [0, 1, 2]),
        (["contradiction", "entailment", "neutral"], [1, 0, 2]),
        (["ENTAILMENT", "NEUTRAL", "CONTRADICTION"], [0, 2, 1]),
        (["REFUTES", "NOT_ENOUGH_INFO", "SUPPORTS"], [2, 0, 1]),
    ],
)
def test_label_order(labels: list[str], order: list[int]) -> None:
    """The positions of agrees, conflicts and unrelated come from the labels' names."""
    assert label_order("m", dict(enumerate(labels))) == order
    assert label_order("m", {str(i): name for i, name in enumerate(labels)}) == order


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["entailment", "not_entailment"],
        ["entailment", "neutral", "contradiction", "other"],
        ["entailment", "entails", "neutral"],
        [],
    ],
)
def test_unusable_labels(labels: list[str]) -> None:
    """A model whose labels are not the three stances is refused by name."""
    with pytest.raises(ModelError, match="some/model cannot judge stance"):
        label_order("some/model", dict(enumerate(labels)))


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    return list(zip(texts, reversed(texts), strict=True))


def test_named_network(cross_encoder: Callable[[list[str]], Path], texts: list[str]) -> None:
    """A named model's logits are those of CrossEncoder, columns in our order."""
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    folder = cross_encoder(["contradiction", "entailment", "neutral"])
    network = open_network(str(folder), threads=1)
    expected = CrossEncoder(str(folder), device="cpu").predict(
        _pairs(texts), activation_fn=Identity()
    )
    got = network.logits(_pairs(texts))
    np.testing.assert_allclose(got, expected[:, [1, 0, 2]], atol=1e-5)
    assert got.dtype.name == "float32"
    assert network.logits([]).shape == (0, 3)
    assert network.name.startswith(f"{folder.name}@")


def test_folder_equals_pytorch(
    cross_encoder: Callable[[list[str]], Path],
    as_onnx: Callable[[Path, str], Path],
    texts: list[str],
) -> None:
    """In fp32 our run of a folder gives the logits of sentence-transformers."""
    folder = cross_encoder(["neutral", "agrees", "conflicts"])
    theirs = open_network(str(folder))
    ours = open_network(str(as_onnx(folder, "logits")), threads=2)
    assert (type(theirs), type(ours)) == (NamedNetwork, FolderNetwork)
    np.testing.assert_allclose(ours.logits(_pairs(texts)), theirs.logits(_pairs(texts)), atol=1e-4)
    assert ours.logits([]).shape == (0, 3)


def test_named_without_labels(cross_encoder: Callable[[list[str]], Path]) -> None:
    """A named model without telling labels is refused before it judges anything."""
    network = open_network(str(cross_encoder(["LABEL_0", "LABEL_1", "LABEL_2"])))
    with pytest.raises(ModelError, match="must name three labels"):
        network.logits([("a", "b")])


def test_named_with_one_output(cross_encoder: Callable[[list[str]], Path]) -> None:
    """A re-ranker, which has one output, is no judge of stance."""
    network = open_network(str(cross_encoder(["relevance"])))
    with pytest.raises(ModelError, match="must name three labels"):
        network.logits([("a", "b")])


def test_missing_folder(tmp_path: Path) -> None:
    """A path without a folder is refused at once, naming it."""
    with pytest.raises(ModelError, match="absent is not a folder"):
        open_network(str(tmp_path / "absent"))


def test_without_sentence_transformers(
    cross_encoder: Callable[[list[str]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, a named model is an error that says what to install."""
    folder = cross_encoder(["agrees", "conflicts", "unrelated"])
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'corroborate\[models\]'"):
        open_network(str(folder)).logits([("a", "b")])
