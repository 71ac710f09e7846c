"""An embedder that needs no model, for tests of what keeps and finds vectors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class WordEmbedder:
    """Embeds a text as the words that are in it, so that shared words are closeness.

    See :class:`~corroborate.protocols.Embedder`.

    Args:
        name: Identity; two with different names stand for two models.
        dim: Length of a vector: words are hashed to so many places.
    """

    def __init__(self, name: str = "words-1", dim: int = 256) -> None:
        self.name = name
        self.dim = dim

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape ``(len(texts), dim)``."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["?"]:
                row[crc32(word.encode()) % self.dim] += 1
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
