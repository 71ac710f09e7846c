"""Rows that teachers label and a student learns from."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import training.distil
from training.distil import SMALL, STUDENT, main, rows_of, siblings
from training.fit import chances
from training.rows import UNLABELLED

GOLD = ("contrast_train", "natural_train", "wave_train")


def written(file: Path, *rows: dict[str, Any]) -> Path:
    """Write rows as JSON lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder of data with an inference set and three empty training sets."""
    premise = {"premise": "The old bridge is open again.", "label": "entailment"}
    hypotheses = ("A bridge is open.", "It was shut before.", "The bridge is old.")
    written(
        tmp_path / "nli" / "train" / "lingnli.jsonl",
        *({**premise, "hypothesis": hypothesis} for hypothesis in hypotheses),
    )
    for name in GOLD:
        written(tmp_path / "gold" / f"{name}.jsonl")
    return tmp_path


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    """Return a file with one passage and two claims."""
    row = {"passage": "The ferry sank on Monday.", "title": "Ferry", "date": "2024-05-06"}
    claims = [
        {"claim": "A ferry sank on Monday.", "stance": "agrees"},
        {"claim": "The ferry sank on Friday.", "stance": "conflicts"},
    ]
    return written(tmp_path / "extra.jsonl", {**row, "claims": claims})


def test_siblings_are_claims_of_one_passage(data: Path, extra: Path) -> None:
    """Claims of one premise or passage meet one another, and nobody said how they stand."""
    found = siblings(data, [extra], 100, random.Random(1))
    assert {example.label for example in found} == {UNLABELLED}
    sides = [{example.pair.claim, example.pair.passage} for example in found]
    assert {"A ferry sank on Monday.", "The ferry sank on Friday."} in sides
    assert {"A bridge is open.", "The bridge is old."} in sides
    assert len(sides) == 3 + 1


def test_rows_are_the_same_for_teacher_and_student(data: Path, extra: Path) -> None:
    """They come in one order with one context; labels stay, pairs without one are marked."""
    bare = {"claim": "A ferry sank.", "passage": "The ferry is safe.", "title": None}
    pairs = written(data / "pool.jsonl", bare)
    rows = rows_of(data, [extra], [pairs])
    assert rows == rows_of(data, [extra], [pairs])
    assert [row.label for row in rows[:5]] == [0, 0, 0, 0, 1]
    assert rows[-1].claim == "A ferry sank."
    assert rows[-1].label == UNLABELLED


def test_a_student_comes_to_say_what_its_teacher_says(
    data: Path, extra: Path, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The teacher labels every row, and the student ends nearer to it than it began."""

    def run(*arguments: object) -> None:
        monkeypatch.setattr("sys.argv", ["distil", *map(str, arguments)])
        torch.manual_seed(5)  # the heads are new, and differ
        main()

    rows = ("--data", data, "--pairs", extra, "--device", "cpu")
    monkeypatch.setattr(training.distil, "labelled", lambda *_: [])
    monkeypatch.setattr(training.distil, "SMALL", replace(SMALL, rate=1e-3))
    said = tmp_path / "chances.npy"
    run("label", said, *rows, "--teachers", start)
    told = rows_of(data, [], [extra])
    teacher = np.load(said).astype(float)
    assert teacher.shape == (len(told), 3)
    assert teacher.sum(1) == pytest.approx(1, abs=0.01)
    run("student", start, tmp_path / "out", *rows, "--chances", said, "--epochs", 40)
    after = chances(tmp_path / "out", told, STUDENT.tokens, "cpu")
    before = chances(start, told, STUDENT.tokens, "cpu")
    assert np.abs(after - teacher).mean() < np.abs(before - teacher).mean() / 2
    short = tmp_path / "short.npy"
    np.save(short, teacher[:-1])
    with pytest.raises(SystemExit, match="has 4 rows, there are 5"):
        run("student", start, tmp_path / "never", *rows, "--chances", short)
