"""The models that come with the package, and how they are run.

``embedder/`` and ``judge/`` are in the folder layout of sentence-transformers, with 8-bit
weights in ``onnx/model.onnx``; both also open in ``SentenceTransformer`` and ``CrossEncoder``
with ``backend="onnx"``.
"""

from __future__ import annotations

from pathlib import Path

#: The bi-encoder that finds passages.
EMBEDDER = Path(__file__).parent / "embedder"
#: The cross-encoder that judges them.
JUDGE = Path(__file__).parent / "judge"
