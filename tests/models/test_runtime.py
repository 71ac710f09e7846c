"""Running a model folder on onnxruntime."""

from __future__ import annotations

import json
import shutil
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corroborate import models
from corroborate.errors import ModelError
from corroborate.models.runtime import DEFAULT_MAX_TOKENS, Once, Runtime, runs_here, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


def _all(output: NDArray[np.float32]) -> NDArray[np.float32]:
    return output


def test_company_changes_nothing() -> None:
    """A text's output is the same to the last bit alone and among others, on any threads."""
    texts = ["Tomahawks hit the base.", "No.", "The council met on Friday. " * 30, "It rained."]
    runtime = Runtime(models.EMBEDDER, threads=3)
    together = runtime.run(texts, _all)
    alone = [Runtime(models.EMBEDDER, threads=1).run([text], _all)[0] for text in texts]
    assert [np.array_equal(a, b) for a, b in zip(together, alone, strict=True)] == [True] * 4


def test_long_text_is_cut() -> None:
    """A text past the folder's limit gets exactly the limit's tokens."""
    (output,) = Runtime(models.EMBEDDER).run(["word " * 2000], _all)
    assert output.shape == (256, 384)


def test_no_limit_stated(tmp_path: Path) -> None:
    """The number that transformers writes for "no limit" is none."""
    folder = tmp_path / "model"
    shutil.copytree(models.EMBEDDER, folder)
    (folder / "sentence_bert_config.json").unlink()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": None}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": int(1e30)}))
    assert Runtime(folder).max_tokens == DEFAULT_MAX_TOKENS


def test_nothing_to_run() -> None:
    """No texts give no outputs."""
    assert Runtime(models.EMBEDDER).run([], _all) == []


def test_identity_follows_the_weights(tmp_path: Path) -> None:
    """The same weights have one identity; it names the folder."""
    copy = tmp_path / "embedder"
    shutil.copytree(models.EMBEDDER, copy)
    name = Runtime(models.EMBEDDER).name
    assert (Runtime(copy).name, name.split("@")[0]) == (name, "embedder")


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda f: (f / "onnx" / "model.onnx").unlink(), "has no ONNX model"),
        (lambda f: (f / "onnx" / "model.onnx").write_bytes(b"junk"), "cannot be loaded"),
        (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer.json"),
        (lambda f: (f / "tokenizer.json").write_text("{}"), "cannot be loaded"),
        (lambda f: (f / "config.json").write_text("[1]"), "is not a JSON object"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
    ],
)
def test_damaged_folder(damage: Callable[[Path], object], complaint: str, tmp_path: Path) -> None:
    """Whatever is missing or broken in a folder is one line that names the file."""
    folder = tmp_path / "model"
    shutil.copytree(models.EMBEDDER, folder)
    damage(folder)
    with pytest.raises(ModelError, match=complaint) as caught:
        Runtime(folder)
    assert (str(folder) in str(caught.value), str(caught.value).count("\n")) == (True, 0)


def test_runs_here(tmp_path: Path) -> None:
    """Only a folder with ONNX weights and none for PyTorch is run by onnxruntime."""
    (tmp_path / "only.onnx").touch()
    first = runs_here(tmp_path)
    (tmp_path / "model.safetensors").touch()
    assert (first, runs_here(tmp_path), runs_here(tmp_path / "absent")) == (True, False, False)


def test_made_once() -> None:
    """Threads that ask at once for a value get one and the same."""
    made: list[int] = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    value = Once(make)
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.append(value.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, got) == ([1], [1] * 8)


def test_thread_count() -> None:
    """A number is taken as it is; 0 means at least one."""
    assert (thread_count(5), thread_count(0) >= 1) == (5, True)
