"""The cross-encoder under the judge: the shipped one, or any three-way one by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corroborate import models
from corroborate.errors import ModelError
from corroborate.models import named
from corroborate.models.runtime import Once, Runtime, runs_here
from corroborate.types import Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corroborate.protocols import StanceNetwork

#: What stands for the model in the package wherever a judge is named.
SHIPPED = "shipped"
#: The stance behind a label, by the names that three-way models use, in lower case.
LABELS = {
    "agrees": Stance.AGREES,
    "entailment": Stance.AGREES,
    "entails": Stance.AGREES,
    "supports": Stance.AGREES,
    "conflicts": Stance.CONFLICTS,
    "contradiction": Stance.CONFLICTS,
    "contradicts": Stance.CONFLICTS,
    "refutes": Stance.CONFLICTS,
    "unrelated": Stance.UNRELATED,
    "neutral": Stance.UNRELATED,
    "not enough info": Stance.UNRELATED,
}


def open_network(spec: str = SHIPPED, threads: int = 0) -> StanceNetwork:
    """Return a stance network; its model is loaded when it is first used.

    Args:
        spec: "shipped", or the name or folder of a three-way cross-encoder. A folder whose only
            weights are an ONNX file is run by onnxruntime, everything else by
            sentence-transformers.
        threads: Processor threads; 0 for as many as there are.

    Raises:
        ModelError: The folder does not exist. Everything else that may be wrong with a model
            is raised when it is first used.
    """
    folder = models.JUDGE if spec == SHIPPED else named.folder(spec)
    if folder is not None and (spec == SHIPPED or runs_here(folder)):
        return FolderNetwork(folder, threads)
    return NamedNetwork(spec, threads)


def label_order(model: str, id2label: Mapping[Any, Any] | None) -> list[int]:
    """Return which of a model's outputs are agrees, conflicts and unrelated, in this order.

    The order differs between models and cannot be guessed, so the names decide.

    Args:
        model: Name of the model, for the error.
        id2label: The configuration's names of the outputs, by their position.

    Raises:
        ModelError: The names are not those of the three stances.
    """
    names = {int(index): str(name) for index, name in (id2label or {}).items()}
    position = {
        LABELS[key]: index
        for index, name in names.items()
        if (key := name.strip().lower().replace("_", " ")) in LABELS
    }
    if len(names) != len(Stance) or len(position) != len(Stance):
        raise ModelError(
            f"{model} cannot judge stance: its config.json must name three labels "
            f"(agrees/conflicts/unrelated or entailment/contradiction/neutral), "
            f"but has {sorted(names.values())}"
        )
    return [position[stance] for stance in Stance]


class FolderNetwork:
    """Runs a model folder on onnxruntime. See :class:`~corroborate.protocols.StanceNetwork`.

    Args:
        folder: A cross-encoder's folder with an ONNX file.
        threads: Processor threads; 0 for as many as there are.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._runtime = Once(lambda: Runtime(folder, threads))
        self._order = Once(
            lambda: label_order(str(folder), self._runtime.get().config.get("id2label"))
        )

    @property
    def name(self) -> str:
        """Folder name, with a prefix of the weights' SHA-256."""
        return self._runtime.get().name

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return logits, shape ``(len(pairs), 3)``: agrees, conflicts, unrelated."""
        order = self._order.get()
        if not pairs:
            return np.empty((0, len(order)), np.float32)
        return np.stack(self._runtime.get().run(pairs, lambda output: output[order]))


class NamedNetwork:
    """Runs a model by sentence-transformers. See :class:`~corroborate.protocols.StanceNetwork`.

    Args:
        spec: Hub name or folder.
        threads: Processor threads; 0 for PyTorch's default.
    """

    def __init__(self, spec: str, threads: int = 0) -> None:
        self._spec = spec
        self._model: Once[Any] = Once(lambda: named.load("CrossEncoder", spec, threads))
        self._order = Once(lambda: label_order(spec, self._model.get().config.id2label))
        self._name = Once(lambda: named.identity(spec, self._model.get()))

    @property
    def name(self) -> str:
        """Last part of the spec, with a prefix of the weights' SHA-256."""
        return self._name.get()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return logits, shape ``(len(pairs), 3)``: agrees, conflicts, unrelated."""
        order = self._order.get()
        if not pairs:
            return np.empty((0, len(order)), np.float32)
        from torch.nn import Identity

        try:
            logits = self._model.get().predict(
                list(pairs), activation_fn=Identity(), show_progress_bar=False
            )
        except (RuntimeError, ValueError, TypeError) as exc:
            raise ModelError(f"{self._spec} cannot judge: {exc}") from exc
        return np.ascontiguousarray(np.asarray(logits, np.float32)[:, order])
