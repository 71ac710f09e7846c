"""Opening embedders: the shipped one, folders, and models named to sentence-transformers."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from corroborate import models
from corroborate.errors import ModelError
from corroborate.models.runtime import Runtime
from indexer.embedder import FolderEmbedder, NamedEmbedder, open_embedder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_shipped_rows() -> None:
    """The shipped embedder gives float32 unit rows of its dimension, also for nothing."""
    embedder = open_embedder("shipped", threads=2)
    rows = embedder.embed_passages(["The council met on Friday.", "", "Missiles struck the base."])
    assert (rows.shape, rows.dtype.name, embedder.dim) == ((3, 384), "float32", 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert embedder.embed_queries([]).shape == (0, 384)


def test_shipped_ranks_by_meaning() -> None:
    """A passage that says the same in other words is nearer than one about something else."""
    embedder = open_embedder()
    (query,) = embedder.embed_queries(["The harbour was closed after a ferry hit the quay."])
    passages = embedder.embed_passages(
        [
            "Farmers expect a poor wheat harvest after the driest spring in years.",
            "Port authorities shut the docks on Monday when a passenger boat struck the pier.",
            "The museum bought two paintings at auction.",
        ]
    )
    assert int(np.argmax(passages @ query)) == 1


@pytest.mark.parametrize("pooling", ["cls", "mean", "max"])
def test_folder_equals_pytorch(
    pooling: str,
    bi_encoder: Callable[[str], Path],
    as_onnx: Callable[[Path, str], Path],
    texts: list[str],
) -> None:
    """In fp32 our run of a folder gives the vectors of sentence-transformers, prompts included."""
    folder = bi_encoder(pooling)
    theirs = open_embedder(str(folder))
    ours = open_embedder(str(as_onnx(folder, "last_hidden_state")), threads=2)
    assert (type(theirs), type(ours)) == (NamedEmbedder, FolderEmbedder)
    for kind in ("embed_queries", "embed_passages"):
        expected, got = getattr(theirs, kind)(texts), getattr(ours, kind)(texts)
        np.testing.assert_allclose(got, expected, atol=1e-5)


def test_named_model(bi_encoder: Callable[[str], Path], texts: list[str]) -> None:
    """A named model gives unit rows in the order asked, and its own identity."""
    from sentence_transformers import SentenceTransformer

    folder = bi_encoder("mean")
    embedder = open_embedder(str(folder), threads=1)
    rows = embedder.embed_passages(texts)
    expected = SentenceTransformer(str(folder), device="cpu").encode_document(
        texts, normalize_embeddings=True
    )
    np.testing.assert_allclose(rows, expected, atol=1e-5)
    assert embedder.dim == 32
    assert embedder.embed_passages([]).shape == (0, 32)
    assert embedder.name.startswith(f"{folder.name}@")
    assert embedder.name != open_embedder(str(bi_encoder("mean"))).name


def test_identity_is_that_of_the_weights(bi_encoder: Callable[[str], Path]) -> None:
    """The same weights under two names share the hash; the name says where they came from."""
    names = [open_embedder(str(bi_encoder("mean"))).name.split("@") for _ in range(2)]
    assert (names[0][1] == names[1][1], names[0][0] == names[1][0]) == (True, False)


def test_shipped_identity_is_that_of_its_weights() -> None:
    """The shipped embedder's settings do not count, as in the indexes that users have."""
    assert open_embedder().name == Runtime(models.EMBEDDER).name


def _changed(folder: Path, file: str, **changes: Any) -> None:
    path = folder / file
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("1_Pooling/config.json", {"pooling_mode": "cls"}),
        ("config_sentence_transformers.json", {"prompts": {"query": "ask: "}}),
        ("config_sentence_transformers.json", {"prompts": {"document": "ask: "}}),
        ("sentence_bert_config.json", {"max_seq_length": 64}),
    ],
)
def test_identity_follows_the_settings(file: str, changes: dict[str, Any], tmp_path: Path) -> None:
    """The same weights used otherwise are another model, so no index mixes their vectors."""
    folder = tmp_path / "embedder"
    shutil.copytree(models.EMBEDDER, folder)
    same = open_embedder(str(folder)).name
    _changed(folder, file, **changes)
    other = open_embedder(str(folder)).name
    assert (same, other.split("@")[0]) == (open_embedder().name, "embedder")
    assert other not in {same, open_embedder("shipped").name}


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        (["Transformer", "Pooling", "Dense"], "names a module that cannot be run: Dense"),
        (["Transformer", "WeightedLayerPooling"], "cannot be run: WeightedLayerPooling"),
        ("Transformer", "is not a JSON list of objects"),
    ],
)
def test_modules_that_cannot_be_run(
    modules: list[str] | str, complaint: str, tmp_path: Path
) -> None:
    """A folder that does more than is done here is refused instead of run wrongly."""
    folder = tmp_path / "embedder"
    shutil.copytree(models.EMBEDDER, folder)
    listed = [
        {"type": f"sentence_transformers.models.{name}"} if isinstance(modules, list) else name
        for name in modules
    ]
    (folder / "modules.json").write_text(json.dumps(listed))
    with pytest.raises(ModelError, match=complaint):
        open_embedder(str(folder)).embed_passages(["a"])


def test_missing_folder(tmp_path: Path) -> None:
    """A path without a folder is refused at once, naming it."""
    with pytest.raises(ModelError, match=r"absent is not a folder"):
        open_embedder(str(tmp_path / "absent"))


def test_folder_without_a_model(tmp_path: Path) -> None:
    """A folder that holds no model is one clear line on first use."""
    with pytest.raises(ModelError, match="cannot be loaded as a SentenceTransformer"):
        open_embedder(str(tmp_path)).embed_queries(["a"])


def test_without_sentence_transformers(
    bi_encoder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, a named model is an error that says what to install."""
    folder = bi_encoder("mean")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'corroborate\[models\]'"):
        _ = open_embedder(str(folder)).dim


def test_unknown_pooling(
    bi_encoder: Callable[[str], Path], as_onnx: Callable[[Path, str], Path]
) -> None:
    """A pooling that we cannot compute is refused, not guessed."""
    folder = as_onnx(bi_encoder("lasttoken"), "last_hidden_state")
    with pytest.raises(ModelError, match="names no pooling among"):
        open_embedder(str(folder)).embed_passages(["a"])


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode": ["cls", "mean"]},
        {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
        {"pooling_mode_mean_sqrt_len_tokens": True},
    ],
)
def test_several_poolings(config: dict[str, Any], tmp_path: Path) -> None:
    """Vectors that are two poolings side by side are refused, however the folder says so."""
    folder = tmp_path / "embedder"
    shutil.copytree(models.EMBEDDER, folder)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="names no pooling among"):
        open_embedder(str(folder)).embed_passages(["a"])


@pytest.mark.parametrize(
    ("flag", "mode"), [("cls_token", "cls"), ("mean_tokens", "mean"), ("max_tokens", "max")]
)
def test_pooling_by_flags(flag: str, mode: str, tmp_path: Path) -> None:
    """A folder of an older version pools as one of today."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        shutil.copytree(models.EMBEDDER, folder)
    flags = {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": False}
    flags[f"pooling_mode_{flag}"] = True
    (old / "1_Pooling" / "config.json").write_text(json.dumps(flags))
    _changed(new, "1_Pooling/config.json", pooling_mode=mode)
    one, other = (open_embedder(str(f)).embed_passages(["The base."]) for f in (old, new))
    np.testing.assert_array_equal(one, other)


def test_hub_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A model that is neither here nor to be fetched is one line, with no retries before it."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9 does not answer"):
        open_embedder("no-such/model").embed_queries(["fire"])
    assert "etry" not in capfd.readouterr().err
