"""Turns passages and queries into vectors: the shipped model, or any sentence-transformers one.

Follows the folder layout of sentence-transformers: pooling in ``1_Pooling/config.json``, the
texts that go before queries and passages in ``config_sentence_transformers.json``.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from corroborate import models
from corroborate.errors import ModelError
from corroborate.models import named
from corroborate.models.runtime import (
    Once,
    Runtime,
    identity,
    read_json,
    read_objects,
    runs_here,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corroborate.protocols import Embedder

#: What stands for the model in the package wherever an embedder is named.
SHIPPED = "shipped"
#: How the vectors of a text's tokens become one, by the name sentence-transformers gives it.
POOLINGS = {
    "cls": lambda hidden: hidden[0],
    "mean": lambda hidden: hidden.mean(axis=0),
    "max": lambda hidden: hidden.max(axis=0),
}
#: The same in the folders of older versions, which set a flag for each.
FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
}
#: The modules of sentence-transformers that are run here; rows are always made unit rows.
MODULES = frozenset({"Transformer", "Pooling", "Normalize"})
#: Longest input, pooling and prompts of the shipped folder. With these the weights alone are
#: the identity, as in the indexes that were made before settings counted.
PLAIN_SETTINGS = (256, "mean", {"query": "", "document": ""})


def open_embedder(spec: str = SHIPPED, threads: int = 0) -> Embedder:
    """Return an embedder; its model is loaded when it is first used.

    Args:
        spec: "shipped", or the name or folder of a sentence-transformers model. A folder whose
            only weights are an ONNX file is run by onnxruntime, everything else by
            sentence-transformers.
        threads: Processor threads; 0 for as many as there are.

    Raises:
        ModelError: The folder does not exist. Everything else that may be wrong with a model
            is raised when it is first used.
    """
    folder = models.EMBEDDER if spec == SHIPPED else named.folder(spec)
    if folder is not None and (spec == SHIPPED or runs_here(folder)):
        return FolderEmbedder(folder, threads)
    return NamedEmbedder(spec, threads)


class FolderEmbedder:
    """Runs a model folder on onnxruntime. See :class:`~corroborate.protocols.Embedder`.

    Args:
        folder: A sentence-transformers folder with an ONNX file.
        threads: Processor threads; 0 for as many as there are.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._runtime = Once(lambda: Runtime(folder, threads))
        self._pooling = Once(lambda: _pooling(folder))
        self._prompts = Once(lambda: _prompts(folder))
        self._name = Once(lambda: self._identity(folder))

    @property
    def name(self) -> str:
        """Folder name, with a hash of the weights and of settings that are not the usual ones."""
        return self._name.get()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._runtime.get().config["hidden_size"])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that ask."""
        return self._embed(texts, self._prompts.get()["query"])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that answer."""
        return self._embed(texts, self._prompts.get()["document"])

    def _identity(self, folder: Path) -> str:
        runtime = self._runtime.get()
        settings = (runtime.max_tokens, self._pooling.get(), self._prompts.get())
        if settings == PLAIN_SETTINGS:
            return runtime.name
        digest = hashlib.sha256(f"{runtime.digest} {settings}".encode())
        return identity(folder.name, digest.hexdigest())

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        pool = POOLINGS[self._pooling.get()]
        rows = self._runtime.get().run([prompt + text for text in texts], pool)
        return _unit(np.stack(rows))


class NamedEmbedder:
    """Runs a model by sentence-transformers. See :class:`~corroborate.protocols.Embedder`.

    Args:
        spec: Hub name or folder.
        threads: Processor threads; 0 for PyTorch's default.
    """

    def __init__(self, spec: str, threads: int = 0) -> None:
        self._spec = spec
        self._model: Once[Any] = Once(lambda: named.load("SentenceTransformer", spec, threads))
        self._name = Once(lambda: named.identity(spec, self._model.get()))

    @property
    def name(self) -> str:
        """Last part of the spec, with a prefix of the weights' SHA-256."""
        return self._name.get()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get().get_embedding_dimension())

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that ask."""
        return self._embed(self._model.get().encode_query, texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``, for texts that answer."""
        return self._embed(self._model.get().encode_document, texts)

    def _embed(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        try:
            rows = encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        except (RuntimeError, ValueError, TypeError) as exc:
            raise ModelError(f"{self._spec} cannot embed: {exc}") from exc
        return _unit(np.asarray(rows, np.float32))


def _pooling(folder: Path) -> str:
    """Return how a folder's model pools, from either spelling of its configuration.

    Raises:
        ModelError: It pools, or goes on after that, in a way that is not known here.
    """
    for module in read_objects(folder / "modules.json"):
        kind = str(module.get("type")).rpartition(".")[2]
        if kind not in MODULES:
            raise ModelError(f"{folder}/modules.json names a module that cannot be run: {kind}")
    config = read_json(folder / "1_Pooling" / "config.json")
    flags = [name for name, on in config.items() if on and name.startswith("pooling_mode_")]
    modes = [config.get("pooling_mode")] if "pooling_mode" in config else map(FLAGS.get, flags)
    # Of several, sentence-transformers puts the vectors one behind the other.
    match [*modes]:
        case [str(mode)] if mode in POOLINGS:
            return mode
    raise ModelError(f"{folder}/1_Pooling/config.json names no pooling among {[*POOLINGS]}")


def _prompts(folder: Path) -> dict[str, str]:
    """Return what goes before queries and before documents."""
    stated = read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
    return {kind: stated.get(kind) or "" for kind in ("query", "document")}


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.maximum(norms, np.float32(1e-12))
    return unit.astype(np.float32, copy=False)
