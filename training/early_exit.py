"""Gives an exported judge an early exit: a pair that plainly is unrelated leaves half-way.

    python -m training.early_exit corroborate/models/judge \
        --pairs training/work/pool.jsonl --extra training/data/*.jsonl

Nearly all passages that search finds for a claim do not speak to it, and the network knows long
before its last layer. A small head reads the vectors of a layer on the way (the first token's, and
the means over passage and claim) and says what the whole network would; where it holds a pair for
unrelated by the graph's threshold, its logits are the answer, and the layers above are not computed
(DeeBERT, Xin et al. 2020, https://arxiv.org/abs/2004.12993). The network itself stays as it is.

The head learns from what the graph's own 8-bit layers give it. The threshold is the lowest that
loses next to nothing out of fold, in each kind of pair for itself.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from rich.progress import track
from scipy.special import softmax
from sklearn.model_selection import KFold
from torch import nn
from transformers import AutoTokenizer

from corroborate import models
from corroborate.models.runtime import thread_count
from training.fit import Item
from training.judge import inference_rows, items
from training.quantise import INPUTS
from training.rows import STANCES, share, stance_examples

Floats = NDArray[np.float32]
#: A node of a graph: its operator, inputs, only output and attributes.
Told = tuple[str, list[str], str, dict[str, Any]]

#: Layers before the exit, of twelve: after six far fewer leave at the same loss, after eight hardly
#: more.
LAYERS = 8
#: Pairs that the head learns from: met in checks, with claims written for real passages, invented.
CHECKS, GOLD, INVENTED = 12_000, 6_000, 5_000
#: And of inference sets.
INFERENCE = {
    "mnli20k": 1_000,
    "lingnli": 800,
    "fever_two_way": 500,
    "fool_me_twice_dev": 500,
    "healthver_dev": 500,
    "emergent_train": 400,
}
WIDTH, DROPOUT = 128, 0.2
EPOCHS, BATCH, RATE, DECAY = 25, 128, 2e-3, 0.05
FOLDS = 5
#: From here on the whole network holds a pair for unrelated whatever the rest of the decision says.
PLAIN = 0.75
#: Most pairs that leave of those that it does not.
MOST_LOST = 0.01
GRID = np.round(np.arange(0.8, 0.996, 0.005), 3)
UNRELATED = STANCES.index("unrelated")
SEED = 7


class Head(NamedTuple):
    """Two linear layers with tanh between: shapes ``(3 K, W)``, ``(W,)``, ``(W, 3)``, ``(3,)``."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def chances(self, features: Floats) -> Floats:
        """Return what it says of pairs, shape ``(n, 3)``, by features of shape ``(n, 3 K)``."""
        logits = np.tanh(features @ self.inner + self.inner_bias) @ self.outer + self.outer_bias
        chances: Floats = softmax(logits, -1)
        return chances


@dataclass(frozen=True, slots=True)
class Seen:
    """What a graph made of pairs."""

    #: First token, mean of the passage, mean of the claim: shape ``(n, 3 K)``.
    features: Floats
    #: What the whole network says, shape ``(n, 3)``.
    chances: Floats


def hidden_of(graph: onnx.GraphProto, layers: int) -> str:
    """Return the name of what a graph's first layers, so many of them, end with."""
    normalised: list[str] = [n.output[0] for n in graph.node if n.op_type == "LayerNormalization"]
    return normalised[2 * layers - 1]


def see(model: onnx.ModelProto, layers: int, feeds: Sequence[Mapping[str, Any]]) -> Seen:
    """Run a graph on pairs, one at a time as the product does.

    Args:
        model: A judge's graph without an early exit.
        layers: After how many layers it is looked into.
        feeds: An array of shape ``(1, tokens)`` for each of the graph's inputs, by pair.
    """
    shown, hidden = onnx.ModelProto(), hidden_of(model.graph, layers)
    shown.CopyFrom(model)
    shown.graph.output.append(helper.make_tensor_value_info(hidden, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        shown.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

    def one(feed: Mapping[str, Any]) -> tuple[Floats, Floats]:
        logits, (tokens,) = session.run(["logits", hidden], dict(feed))
        of_claim = feed["token_type_ids"][0] == 1
        parts = tokens[0], tokens[~of_claim].mean(0), tokens[of_claim].mean(0)
        return np.concatenate(parts), softmax(logits[0], -1)

    with ThreadPoolExecutor(thread_count(0)) as pool:
        made = list(track(pool.map(one, feeds), "reading pairs", total=len(feeds)))
    return Seen(np.stack([f for f, _ in made]), np.stack([c for _, c in made]))


def fit_head(seen: Seen) -> Head:
    """Return a head that says of the pairs what the whole network does."""
    torch.manual_seed(SEED)
    mean = seen.features.mean(0)
    spread = seen.features.std(0) + 1e-4
    inputs = torch.from_numpy((seen.features - mean) / spread)
    wanted = torch.from_numpy(seen.chances)
    inner, outer = nn.Linear(inputs.shape[1], WIDTH), nn.Linear(WIDTH, len(STANCES))
    net = nn.Sequential(inner, nn.Tanh(), nn.Dropout(DROPOUT), outer)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=DECAY)
    steps = EPOCHS * -(-len(inputs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        order: Any = torch.randperm(len(inputs))
        for some in order.split(BATCH):
            logs = torch.log_softmax(net(inputs[some]), -1)
            loss: Any = -(wanted[some] * logs).sum(-1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    weights = inner.weight.detach().numpy().T / spread[:, None]
    bias = inner.bias.detach().numpy() - mean @ weights
    return Head(weights, bias, outer.weight.detach().numpy().T, outer.bias.detach().numpy())


def out_of_fold(seen: Seen) -> Floats:
    """Return what heads that did not see a pair say of it, shape ``(n, 3)``."""
    said = np.zeros_like(seen.chances)
    folds = KFold(FOLDS, shuffle=True, random_state=SEED)
    for learnt, held in folds.split(seen.features):
        head = fit_head(Seen(seen.features[learnt], seen.chances[learnt]))
        said[held] = head.chances(seen.features[held])
    return said


def lost(said: Floats, whole: Floats, threshold: float) -> float:
    """Return the share that leaves of the pairs that are not plainly unrelated."""
    speaks = whole[:, UNRELATED] < PLAIN
    return float((said[speaks, UNRELATED] > threshold).mean()) if speaks.any() else 0.0


def choose_threshold(said: Floats, whole: Floats, kinds: NDArray[np.str_]) -> float:
    """Return the lowest threshold by which each kind loses next to nothing.

    Args:
        said: What heads that did not see a pair say of it, shape ``(n, 3)``.
        whole: What the whole network says, shape ``(n, 3)``.
        kinds: Where each pair is from, shape ``(n,)``.

    Raises:
        ValueError: There is none.
    """
    for threshold in GRID:
        each = [lost(said[kinds == k], whole[kinds == k], threshold) for k in np.unique(kinds)]
        if max(each) <= MOST_LOST:
            return float(threshold)
    raise ValueError(f"no threshold loses less than {MOST_LOST:.1%} of every kind of pair")


def insert(model: onnx.ModelProto, layers: int, head: Head, threshold: float) -> None:
    """Put an early exit into a judge's graph, in place.

    Several pairs at once go on together as long as one of them has to; what leaves gets the same
    answer all the same.

    Args:
        model: The graph.
        layers: Layers before the exit.
        head: Says what the whole network would.
        threshold: A pair leaves whose chance to be unrelated is greater.

    Raises:
        ValueError: The graph has an early exit.
    """
    graph = model.graph
    if any(node.op_type == "If" for node in graph.node):
        raise ValueError("the graph has an early exit already; export it anew")
    hidden, (output,) = hidden_of(graph, layers), graph.output
    below = set(_made_by(graph, hidden))
    lower = [node for node in graph.node if node.output[0] in below]
    upper = [node for node in graph.node if node.output[0] not in below]
    for node in upper:
        node.output[:] = ["exit_whole" if name == output.name else name for name in node.output]
    constants = {
        **{f"exit_{name}": value for name, value in head._asdict().items()},
        "exit_first": np.array(0, np.int64),
        "exit_one": np.array([1], np.int64),
        "exit_two": np.array([2], np.int64),
        "exit_unrelated": np.array([UNRELATED], np.int64),
        "exit_threshold": np.array(threshold, np.float32),
    }
    graph.initializer.extend(numpy_helper.from_array(v, n) for n, v in constants.items())
    early = [
        *_means(hidden),
        ("Concat", ["exit_token", "exit_passage", "exit_claim"], "exit_features", {"axis": 1}),
        ("Gemm", ["exit_features", "exit_inner", "exit_inner_bias"], "exit_sum", {}),
        ("Tanh", ["exit_sum"], "exit_width", {}),
        ("Gemm", ["exit_width", "exit_outer", "exit_outer_bias"], "exit_logits", {}),
        ("Softmax", ["exit_logits"], "exit_chances", {"axis": -1}),
        ("Gather", ["exit_chances", "exit_unrelated"], "exit_chance", {"axis": 1}),
        ("Greater", ["exit_chance", "exit_threshold"], "exit_leaves", {}),
        ("Cast", ["exit_leaves"], "exit_leaves_number", {"to": onnx.TensorProto.INT32}),
        ("ReduceMin", ["exit_leaves_number"], "exit_least", {"keepdims": 0}),
        ("Cast", ["exit_least"], "exit_all_leave", {"to": onnx.TensorProto.BOOL}),
    ]
    out = helper.make_tensor_value_info("exit_answer", onnx.TensorProto.FLOAT, None)
    leave = helper.make_graph(
        _nodes([("Identity", ["exit_logits"], "exit_answer", {})]), "leave", [], [out]
    )
    choose: Told = ("Where", ["exit_leaves", "exit_logits", "exit_whole"], "exit_answer", {})
    go_on = helper.make_graph([*upper, *_nodes([choose])], "go on", [], [out])
    fork = helper.make_node(
        "If", ["exit_all_leave"], [output.name], "exit", then_branch=leave, else_branch=go_on
    )
    nodes = [*lower, *_nodes(early), fork]
    del graph.node[:]
    graph.node.extend(nodes)


def _made_by(graph: onnx.GraphProto, name: str) -> Iterator[str]:
    """Yield the first outputs of all nodes that something is made by."""
    makers = {output: node for node in graph.node for output in node.output}
    waiting, known = [name], set[str]()
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and node.output[0] not in known:
            known.add(node.output[0])
            yield node.output[0]
            waiting += node.input


def _means(hidden: str) -> list[Told]:
    """Return the nodes that make the features of what a layer ends with: see :class:`Seen`."""
    _, mask, types = INPUTS
    nodes: list[Told] = [
        ("Gather", [hidden, "exit_first"], "exit_token", {"axis": 1}),
        ("Sub", [mask, types], "exit_in_passage", {}),
    ]
    for part, tokens in (("passage", "exit_in_passage"), ("claim", types)):
        name = f"exit_{part}"
        nodes += [
            ("Cast", [tokens], f"{name}_tokens", {"to": onnx.TensorProto.FLOAT}),
            ("Unsqueeze", [f"{name}_tokens", "exit_one"], f"{name}_row", {}),
            ("MatMul", [f"{name}_row", hidden], f"{name}_sum", {}),
            ("ReduceSum", [f"{name}_row", "exit_two"], f"{name}_count", {}),
            ("Div", [f"{name}_sum", f"{name}_count"], f"{name}_mean", {}),
            ("Squeeze", [f"{name}_mean", "exit_one"], name, {}),
        ]
    return nodes


def _nodes(told: Sequence[Told]) -> list[onnx.NodeProto]:
    return [helper.make_node(kind, given, [out], out, **more) for kind, given, out, more in told]


def rows(data: Path, pairs: Sequence[Path], extra: Sequence[Path]) -> dict[str, list[Item]]:
    """Return what the head learns from, by kind, always the same with the same context."""
    rng = random.Random(SEED)
    gold = [data / "gold" / f"{n}.jsonl" for n in ("contrast_train", "natural_train", "wave_train")]
    examples = {
        kind: share([example for file in files for example in stance_examples(file)], count, rng)
        for kind, files, count in (
            ("checks", pairs, CHECKS),
            ("gold", gold, GOLD),
            ("invented", extra, INVENTED),
        )
    }
    examples["inference"] = inference_rows(data, INFERENCE, rng)
    return {kind: items(some, rng) for kind, some in examples.items()}


def inputs_of(folder: Path, rows: Sequence[Item]) -> list[dict[str, Any]]:
    """Return what the graph in a judge's folder reads of rows."""
    tokenizers: Any = AutoTokenizer
    tokenizer = tokenizers.from_pretrained(folder)
    return [
        dict(tokenizer(row.premise, row.claim, truncation=True, return_tensors="np"))
        for row in rows
    ]


def main() -> None:
    """Fit a head on what a judge makes of many pairs, and put it into the judge's graph."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=models.JUDGE)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="met in checks")
    parser.add_argument("--extra", type=Path, nargs="+", required=True, help="invented pairs")
    arguments = parser.parse_args()
    file = arguments.folder / "onnx" / "model.onnx"
    model = onnx.load(str(file))
    by_kind = rows(arguments.data, arguments.pairs, arguments.extra)
    kinds = np.array([kind for kind, some in by_kind.items() for _ in some])
    every = [row for some in by_kind.values() for row in some]
    seen = see(model, LAYERS, inputs_of(arguments.folder, every))
    said = out_of_fold(seen)
    threshold = choose_threshold(said, seen.chances, kinds)
    insert(model, LAYERS, fit_head(seen), threshold)
    onnx.save(model, str(file))
    for kind in by_kind:
        of_kind = kinds == kind
        leave = float((said[of_kind, UNRELATED] > threshold).mean())
        gone = lost(said[of_kind], seen.chances[of_kind], threshold)
        print(f"{kind:<10} {leave:.1%} leave above {threshold}, {gone:.2%} of what may speak")


if __name__ == "__main__":
    main()
