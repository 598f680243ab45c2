"""Fitted on made features: two populations, others beside them, and what was never seen."""

from pathlib import Path

import numpy as np
import pytest

from training.errors import RunError
from training.gate.fitting import fit_gate, set_limits
from training.gate.gate import THRESHOLD, Gate

GENERATOR = np.random.default_rng(11)
WIDTHS = (30, 60)


def _features(center: float, count: int, spread: float = 1.0) -> list[np.ndarray]:
    """Two blocks whose first ten features lie about a center."""
    blocks = [GENERATOR.normal(0, spread, (count, width)).astype(np.float32) for width in WIDTHS]
    blocks[0][:, :10] += center
    return blocks


@pytest.fixture(scope="module")
def gate() -> Gate:
    chests = {"children": _features(0, 300), "adults": _features(1, 200)}
    others = {"spoiled": _features(-2, 100), "drawn": _features(4, 100)}
    unseen = {"children": _features(0, 400), "adults": _features(1, 400)}
    return set_limits(fit_gate(chests, others), unseen, 0.01)


def _passing(gate: Gate, blocks: list[np.ndarray]) -> float:
    return float((gate.measure(blocks).likeness >= THRESHOLD).mean())


@pytest.mark.parametrize("center", [0, 1], ids=["children", "adults"])
def test_unseen_chests_of_each_population_pass(gate: Gate, center: float) -> None:
    assert _passing(gate, _features(center, 400)) >= 0.97


@pytest.mark.parametrize("center", [-2, 4], ids=["spoiled", "drawn"])
def test_others_like_those_fitted_on_are_refused(gate: Gate, center: float) -> None:
    assert _passing(gate, _features(center, 400)) <= 0.03


def test_what_is_like_nothing_known_is_refused_by_its_distance(gate: Gate) -> None:
    far = _features(0.5, 400, spread=4.0)
    assert _passing(gate, far) <= 0.01
    assert (gate.measure(far).distance < 0).mean() >= 0.99


def test_a_chest_of_another_source_is_known_where_it_was_fitted_on() -> None:
    chests, others = {"children": _features(0, 300)}, {"lateral": _features(-6, 100)}
    unseen = {"children": _features(0, 400)}
    without = set_limits(fit_gate(chests, others), unseen, 0.01).measure(_features(-3, 200))
    gate = set_limits(fit_gate(chests, others, _features(-3, 60)), unseen, 0.01)
    with_it = gate.measure(_features(-3, 200))
    assert (without.distance >= 0).mean() <= 0.1
    assert (with_it.distance >= 0).mean() >= 0.9
    assert with_it.logit.min() > gate.measure(_features(-6, 200)).logit.max()
    assert _passing(gate, _features(-6, 200)) == 0


def test_the_likeness_is_the_worse_of_both_tests(gate: Gate) -> None:
    margins = gate.measure(_features(-1, 50))
    worse = np.minimum(margins.distance, margins.logit)
    assert np.array_equal(margins.likeness >= 0.5, worse >= 0)
    assert np.all(np.argsort(margins.likeness, kind="stable") == np.argsort(worse, kind="stable"))


def test_it_is_read_as_it_was_written(gate: Gate, tmp_path: Path) -> None:
    gate.write(tmp_path / "gate.npz")
    read = Gate.read(tmp_path / "gate.npz")
    blocks = _features(0, 20)
    assert np.array_equal(gate.measure(blocks).likeness, read.measure(blocks).likeness)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gate.npz"
    path.write_bytes(b"not a gate")
    with pytest.raises(RunError, match=r"gate\.npz.*triage-train gate"):
        Gate.read(path)
