from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import InstanceFactory
from training.data.case import Case, Label
from training.data.images import load_training_images, read_grey
from training.errors import ManifestError
from triage_app.errors import UnreadableError
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input

SPEC = PreprocessingSpec(rows=24, columns=32)


def case(path: Path, line: int | None = None) -> Case:
    return Case(path, path.name, Label.NORMAL, "p", line=line)


def test_a_picture_of_the_models_size_arrives_untouched(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (24, 32), dtype=np.uint8)
    Image.fromarray(grey).save(tmp_path / "a.png")
    images = load_training_images([case(tmp_path / "a.png")], SPEC)
    assert np.array_equal(images[0, ..., 0], grey)


def test_training_sees_what_reading_sees(tmp_path: Path, make_instance: InstanceFactory) -> None:
    path = make_instance("a", photometric="MONOCHROME1", shape=(90, 120))
    images = load_training_images([case(path)], SPEC)
    assert np.allclose(images[0], to_model_input(read_grey(path), SPEC), atol=0.5)


def test_every_image_is_told_of(tmp_path: Path) -> None:
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    told: list[int] = []
    load_training_images([case(tmp_path / "a.png")] * 3, SPEC, told.append)
    assert told == [1, 1, 1]


@pytest.mark.parametrize("name", ["broken.png", "broken.dcm", "notes.txt"])
def test_an_image_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no image")
    with pytest.raises(ManifestError, match=rf"{name} \(line 7\): cannot be trained on"):
        load_training_images([case(tmp_path / name, line=7)], SPEC)


def test_a_file_that_is_neither_picture_nor_dicom(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(UnreadableError, match="neither DICOM"):
        read_grey(tmp_path / "notes.txt")
