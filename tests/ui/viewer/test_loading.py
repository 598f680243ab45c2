from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.header import read_instance
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.source import FileSource
from triage_app.inference.heat_colours import COLD
from triage_app.triage.outcome import Excluded, Scored
from triage_app.ui.viewer.loading import load_image
from triage_app.ui.viewer.orientation import Orientation
from triage_app.worklist.records import InstanceRow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import InstanceFactory
    from triage_app.triage.outcome import Outcome

SPEC = PreprocessingSpec()


def row_of(path: Path, outcome: Outcome | None = None) -> InstanceRow:
    return InstanceRow(read_instance(FileSource(path)).facts, outcome, None)


def scored(heatmap: np.ndarray[Any, np.dtype[np.float32]]) -> Scored:
    return Scored(0.9, True, "balanced", heatmap)


def test_the_heatmap_lies_over_the_whole_image(make_instance: InstanceFactory) -> None:
    heatmap = np.zeros((7, 7), dtype=np.float32)
    heatmap[0, 6] = 1.0
    loaded = load_image(row_of(make_instance(shape=(60, 90)), scored(heatmap)), SPEC)
    assert loaded.heat is not None
    coloured = loaded.heat.coloured(COLD, Orientation())
    assert coloured.shape == (60, 90, 4)
    alpha = coloured[..., 3]
    assert alpha[2, 87] == 255
    assert not alpha[20:].any()
    assert not alpha[:, :60].any()


def test_a_large_image_gets_a_heatmap_of_its_shape_but_not_of_its_size(
    make_instance: InstanceFactory,
) -> None:
    path = make_instance(shape=(2400, 1200))
    loaded = load_image(row_of(path, scored(np.ones((7, 7), dtype=np.float32))), SPEC)
    assert loaded.heat is not None
    assert loaded.heat.levels.shape == (1024, 512)


@pytest.mark.parametrize("shape", [(0, 0), (7,)])
def test_a_heatmap_that_is_none_is_not_shown(
    make_instance: InstanceFactory, shape: tuple[int, ...]
) -> None:
    loaded = load_image(row_of(make_instance(), scored(np.zeros(shape, np.float32))), SPEC)
    assert loaded.frame is not None
    assert loaded.heat is None


def test_an_unscored_image_is_shown_without_heat(make_instance: InstanceFactory) -> None:
    loaded = load_image(row_of(make_instance(body_part="HAND")), SPEC)
    assert loaded.frame is not None
    assert loaded.heat is None
    assert loaded.problem == ""


def test_a_colour_image_is_not_called_damaged(make_instance: InstanceFactory) -> None:
    row = row_of(make_instance())
    image = replace(row.facts.image, samples_per_pixel=3, photometric_interpretation="RGB")
    loaded = load_image(replace(row, facts=replace(row.facts, image=image)), SPEC)
    assert loaded.frame is None
    assert "colour image (RGB)" in loaded.problem


def test_a_document_is_said_to_hold_no_image(make_instance: InstanceFactory) -> None:
    path = make_instance()
    outcome = Excluded(Exclusion(ExclusionReason.NO_PIXELS))
    loaded = load_image(row_of(path, outcome), SPEC)
    assert loaded.problem == f"{path}: holds no image."


def test_a_file_that_is_overwritten_or_gone_is_named(make_instance: InstanceFactory) -> None:
    path = make_instance("gone.dcm")
    row = row_of(path)
    path.unlink()
    assert "gone.dcm" in load_image(row, SPEC).problem
    overwritten = replace(row, facts=replace(row.facts, path=""))
    assert "open the image again" in load_image(overwritten, SPEC).problem


def test_a_foreign_file_is_named_too(tmp_path: Path, make_instance: InstanceFactory) -> None:
    row = row_of(make_instance())
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    loaded = load_image(replace(row, facts=replace(row.facts, path=str(text))), SPEC)
    assert loaded.problem.startswith(str(text))
