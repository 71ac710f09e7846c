"""Loads models by name through sentence-transformers, which ``corroborate[models]`` installs.

Importing it takes seconds, so nothing here does until a named model is first used.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from corroborate.errors import ModelError
from corroborate.models.runtime import identity as identity_of

INSTALL = "pip install 'corroborate[models]'"


def folder(spec: str) -> Path | None:
    """Return the folder that a model is named by, or None if the name is one of the hub.

    Raises:
        ModelError: It can only be a folder, and there is none.
    """
    path = Path(spec).expanduser()
    if path.is_dir():
        return path
    if spec.startswith((".", "~")) or path.is_absolute():
        raise ModelError(f"{spec} is not a folder, so no model can be loaded from it")
    return None


def load(kind: str, spec: str, threads: int = 0) -> Any:
    """Return a model of sentence-transformers, on the CPU.

    Args:
        kind: "SentenceTransformer" or "CrossEncoder".
        spec: Hub name or folder.
        threads: Processor threads for PyTorch, in the whole process; 0 leaves its default.

    Raises:
        ModelError: sentence-transformers is not installed, or cannot load the model.
    """
    try:
        import sentence_transformers
        import torch
    except ImportError as exc:
        raise ModelError(f"the model '{spec}' needs sentence-transformers: {INSTALL}") from exc
    if threads:
        torch.set_num_threads(threads)
    path = folder(spec)
    make = partial(getattr(sentence_transformers, kind), str(path or spec), device="cpu")
    try:
        if path:
            return make()
        try:
            return make(local_files_only=True)
        except OSError:
            _reach_hub()
            return make()
    except Exception as exc:  # whatever a foreign model's files can raise
        reason = (str(exc).strip() or type(exc).__name__).splitlines()[0]
        raise ModelError(f"{spec} cannot be loaded as a {kind}: {reason}") from exc


def _reach_hub() -> None:
    """Raise OSError if the hub does not answer; loading would ask it again and again."""
    from huggingface_hub import constants, get_session

    try:
        get_session().head(constants.ENDPOINT, timeout=10)
    except Exception as exc:  # whatever its HTTP client of today raises
        raise OSError(
            f"it is not on this machine, and {constants.ENDPOINT} does not answer"
        ) from exc


def identity(spec: str, model: Any) -> str:
    """Return a loaded model's identity: the last part of its name, and a hash of its weights."""
    import torch

    digest = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.flatten().contiguous().view(torch.uint8).numpy())
    return identity_of(Path(spec).expanduser().name, digest.hexdigest())
