"""How alike two maps are, and that a network with shuffled weights draws another map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]


def random_map(seed: int, side: int = 28) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((side, side)).astype(np.float32)


def test_a_map_is_wholly_like_itself_and_not_like_its_opposite() -> None:
    from training.evaluation.sanity import (  # noqa: PLC0415 - slow
        rank_correlation,
        structural_similarity,
    )

    one = random_map(0)
    assert rank_correlation(one, one) == pytest.approx(1)
    assert rank_correlation(one, np.exp(9 * one)) == pytest.approx(1)  # only the order counts
    assert rank_correlation(one, -one) == pytest.approx(-1)
    assert rank_correlation(one, np.zeros_like(one)) == 0
    assert abs(rank_correlation(one, random_map(1))) < 0.15
    assert structural_similarity(one, one) == pytest.approx(1)
    assert structural_similarity(one, 1 - one) < -0.5
    assert abs(structural_similarity(one, random_map(1))) < 0.15


def test_equal_values_share_their_rank() -> None:
    from training.evaluation.sanity import rank_correlation  # noqa: PLC0415 - slow

    first = np.array([[1, 1, 2, 3]], np.float32)
    second = np.array([[5, 5, 1, 0]], np.float32)
    assert rank_correlation(first, second) == pytest.approx(-1)


def test_stages_go_from_the_head_to_the_first_layers_and_forget_the_map(
    tmp_path: Path,
) -> None:
    from tests.training.conftest import write_made_images  # noqa: PLC0415 - slow
    from training.cli import main  # noqa: PLC0415 - slow

    write_made_images(tmp_path / "images", 12, shape=(224, 224))
    run = tmp_path / "run"
    words = ["fit", str(tmp_path / "images"), "--recipe", "v1", "--weights", "random"]
    words += ["--output", str(run), "--cache", str(tmp_path / "cache"), "--head-epochs", "1"]
    assert main(words) == 0
    assert main(["sanity", str(run), "--images", "4"]) == 0
    document = json.loads((run / "sanity.json").read_text())
    stages = [stage["layers"] for stage in document["stages"]]
    assert stages[0] == "head"
    assert stages[1] == "last convolution"
    assert stages[-1] == "first convolution"
    assert len(stages) == len(set(stages)) == 7
    assert document["images"] == 4
    assert abs(document["stages"][-1]["rank_correlation"]["value"]) < 0.9
