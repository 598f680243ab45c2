"""A map whose heat lies beside the chest comes with a caution, wherever the outcome goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from triage_app.demonstration.phantom import chest_phantom
from triage_app.imaging.eligibility import NoticeKind
from triage_app.imaging.header import read_instance
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.imaging.source import FileSource
from triage_app.inference.session import load_model
from triage_app.results.rows import make_row
from triage_app.triage.assess import assess
from triage_app.triage.heat_caution import find_heat_notices
from triage_app.triage.outcome import Scored

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.conftest import InstanceFactory
    from triage_app.inference.card import ModelCard


def hot(row: int, column: int) -> NDArray[np.float32]:
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[row, column] = 0.9
    return heatmap


@pytest.fixture(scope="module")
def chest() -> NDArray[np.float32]:
    image = (chest_phantom(300, 300, seed=4).image * 255).astype(np.float32)
    return to_model_input(image, PreprocessingSpec())


@pytest.mark.parametrize("place", [(0, 0), (0, 6)])
def test_heat_in_a_corner_is_told(
    chest: NDArray[np.float32], tiny_card: ModelCard, place: tuple[int, int]
) -> None:
    (notice,) = find_heat_notices(chest, hot(*place), tiny_card)
    assert notice.kind is NoticeKind.HEAT_OUTSIDE_CHEST
    assert notice.sentence.startswith("Most of the heat (")
    assert notice.sentence.endswith("do not trust this heatmap.")


@pytest.mark.parametrize("place", [(3, 1), (4, 5), (3, 3)])
def test_heat_over_the_lungs_or_between_them_is_not(
    chest: NDArray[np.float32], tiny_card: ModelCard, place: tuple[int, int]
) -> None:
    assert find_heat_notices(chest, hot(*place), tiny_card) == ()


def test_a_cold_map_and_an_image_without_a_chest_say_nothing(
    chest: NDArray[np.float32], tiny_card: ModelCard
) -> None:
    assert find_heat_notices(chest, np.zeros((7, 7), np.float32), tiny_card) == ()
    assert find_heat_notices(np.zeros((224, 224, 1), np.float32), hot(0, 0), tiny_card) == ()


@pytest.mark.parametrize(("surround", "is_flagged"), [(255.0, True), (20.0, False)])
def test_only_what_is_flagged_has_a_map_to_be_warned_of(
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    surround: float,
    is_flagged: bool,
) -> None:
    # the tiny model's heat is the grey: bright surroundings are hot
    image = np.full((300, 300), surround)
    image[60:260, 60:240] = chest_phantom(200, 180, seed=4).image * 150
    path = make_instance(pixels=np.rint(image / 255 * 4095).astype(np.uint16))
    model = load_model(tiny_model_path)
    instance = read_instance(FileSource(path))
    outcome = assess(instance, model)
    assert isinstance(outcome, Scored)
    assert outcome.is_flagged is is_flagged
    kinds = {notice.kind for notice in outcome.notices}
    assert (NoticeKind.HEAT_OUTSIDE_CHEST in kinds) is is_flagged
    detail = make_row(instance.facts, outcome, 0.1, model.card)["detail"]
    assert ("do not trust this heatmap" in str(detail)) is is_flagged
