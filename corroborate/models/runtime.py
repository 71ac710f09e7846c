"""Runs a transformer from a folder in the layout of sentence-transformers, without PyTorch.

onnxruntime computes, tokenizers cuts text into tokens; both are imported when a model is
first used. Each text goes through the network alone, on one thread, as many side by side
as there are threads. Against padded batches that is faster on processors (what a layer
writes stays in the core's cache, and no padding is computed), and since dynamic 8-bit
arithmetic scales to what is in the batch, only so does a text always get the same output,
whatever it is asked for together with.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from corroborate.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    #: A text, or two that are read side by side.
    Text = str | tuple[str, str]
    #: What becomes of the network's first output for one text, without its batch axis.
    Reduce = Callable[[NDArray[np.float32]], NDArray[np.float32]]

T = TypeVar("T")

#: Hexadecimal digits of the SHA-256 that go into a model's identity.
HASH_DIGITS = 12
#: Longest input where the folder does not say.
DEFAULT_MAX_TOKENS = 512
#: What transformers writes where there is no limit is greater.
NO_LIMIT = 1_000_000


class Once(Generic[T]):
    """A value made when it is first asked for, once, whichever threads ask."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def get(self) -> T:
        """Return the value."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]


def thread_count(threads: int) -> int:
    """Return ``threads``, or where it is 0 as many as this process may run on."""
    if threads:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a model folder's JSON file; an absent file is an empty one.

    Raises:
        ModelError: The file cannot be read as a JSON object.
    """
    content = _content(file) if file.exists() else {}
    if not isinstance(content, dict):
        raise ModelError(f"{file} is not a JSON object")
    return content


def read_objects(file: Path) -> list[dict[str, Any]]:
    """Return the objects listed in a model folder's JSON file; an absent file lists none.

    Raises:
        ModelError: The file cannot be read as a JSON list of objects.
    """
    content = _content(file) if file.exists() else []
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise ModelError(f"{file} is not a JSON list of objects")
    return content


def weights_file(folder: Path) -> Path | None:
    """Return a model folder's ONNX file: ``onnx/model.onnx``, else its only one, else None."""
    usual = folder / "onnx" / "model.onnx"
    if usual.is_file():
        return usual
    files = sorted(folder.glob("*.onnx")) + sorted(folder.glob("onnx/*.onnx"))
    return files[0] if len(files) == 1 else None


def runs_here(folder: Path) -> bool:
    """Return whether a folder holds weights for onnxruntime and none for PyTorch."""
    torch_weights = [*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")]
    return not torch_weights and weights_file(folder) is not None


def identity(name: str, digest: str) -> str:
    """Return a model's identity from its name and a SHA-256 that tells it from others."""
    return f"{name}@{digest[:HASH_DIGITS]}"


class Runtime:
    """A transformer with its tokenizer, ready to run. May be used from several threads.

    Args:
        folder: Model folder: ``tokenizer.json``, ``config.json`` and one ONNX file.
        threads: Texts that are computed side by side; 0 for as many as there are processors.

    Raises:
        ModelError: Something in the folder is missing or cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        weights = weights_file(folder)
        if weights is None:
            raise ModelError(f"{folder} has no ONNX model (looked for onnx/model.onnx)")
        #: SHA-256 of the weights.
        self.digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        #: Folder name and a prefix of the digest.
        self.name = identity(folder.name, self.digest)
        #: The folder's ``config.json``.
        self.config = read_json(folder / "config.json")
        #: Where longer texts are cut.
        self.max_tokens = _max_tokens(folder, self.config)
        self._tokenizer = _tokenizer(folder, self.max_tokens)
        self._session = _session(weights)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._threads = thread_count(threads)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix=folder.name)

    def run(self, texts: Sequence[Text], reduce: Reduce) -> list[NDArray[np.float32]]:
        """Return ``reduce`` of the network's output for each text, in order.

        Raises:
            ModelError: The network cannot run on what the tokenizer gives it.
        """
        if self._threads == 1 or len(texts) == 1:
            return [reduce(self._one(text)) for text in texts]
        return list(self._pool.map(lambda text: reduce(self._one(text)), texts))

    def _one(self, text: Text) -> NDArray[np.float32]:
        encoding = self._tokenizer.encode(*((text,) if isinstance(text, str) else text))
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {n: np.array([c], np.int64) for n, c in columns.items() if n in self._inputs}
        try:
            output: NDArray[np.float32] = self._session.run(None, feed)[0][0]
        except Exception as exc:
            raise ModelError(f"{self.name} cannot run: {_first_line(exc)}") from exc
        return output


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ModelError(f"{file} cannot be read: {exc}") from exc


def _max_tokens(folder: Path, config: dict[str, Any]) -> int:
    """Return the shortest of the limits that the folder's files state."""
    stated = (
        read_json(folder / "sentence_bert_config.json").get("max_seq_length"),
        read_json(folder / "tokenizer_config.json").get("model_max_length"),
        config.get("max_position_embeddings"),
    )
    limits = [limit for limit in stated if limit and limit < NO_LIMIT]
    return int(min(limits, default=DEFAULT_MAX_TOKENS))


def _tokenizer(folder: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise ModelError(f"{folder} has no tokenizer.json")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as exc:
        raise ModelError(f"{file} cannot be loaded: {_first_line(exc)}") from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=max_tokens)
    return tokenizer


def _session(weights: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )
    except Exception as exc:
        raise ModelError(f"{weights} cannot be loaded: {_first_line(exc)}") from exc


def _first_line(exc: Exception) -> str:
    return (str(exc).strip() or type(exc).__name__).splitlines()[0]
