"""Decoding no more than the model sees changes no flag, and no score by more than 0.01."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import JPEG2000, JPEG2000Lossless, JPEGBaseline8Bit

from triage_app.demonstration.phantom import chest_phantom
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import RadiographDescription
from triage_app.imaging.header import read_instance
from triage_app.imaging.model_input import choose_halvings, read_model_input
from triage_app.imaging.pictures import read_picture
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import GreyTransforms, VoiFunction, Window
from triage_app.inference.models import shipped_model_path
from triage_app.inference.session import Model, load_model

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LARGEST_DIFFERENCE = 0.01
REAL_IMAGES = 16


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(shipped_model_path())


def require_equal_verdicts(path: Path, model: Model, *, is_reduced: bool = True) -> None:
    instance = read_instance(FileSource(path))
    spec = model.card.preprocessing
    whole = to_model_input(render_instance(instance), spec)
    reduced = read_model_input(instance, spec)
    assert is_reduced != np.array_equal(whole, reduced)
    scores = model.predict(np.stack([whole, reduced])).probability
    pairs = scores.reshape(2, -1)  # of each population, where the model has several
    assert np.abs(pairs[0] - pairs[1]).max() <= LARGEST_DIFFERENCE
    for population in model.card.populations or (None,):
        name = population.name if population else None
        threshold = model.card.points_of(name)[0].threshold
        column = model.card.index_of(population)
        assert (pairs[0, column] >= threshold) == (pairs[1, column] >= threshold)


def write(path: Path, pixels: NDArray[np.generic], uid: str, **kind: object) -> Path:
    description = RadiographDescription(**kind)  # type: ignore[arg-type]
    write_radiograph(new_radiograph(pixels, description), path, uid)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("uid", [JPEG2000, JPEGBaseline8Bit])
def test_real_radiographs(shared_folder: Path, tmp_path: Path, model: Model, uid: str) -> None:
    images = sorted((shared_folder / "data" / "kermany_full_size").glob("*/*"))
    pictures = [read_picture(image) for image in images[:: len(images) // REAL_IMAGES]]
    for picture in pictures:
        if min(picture.shape) < 4 * 224:
            continue
        grey = np.rint(picture).astype(np.uint8)
        require_equal_verdicts(write(tmp_path / "x.dcm", grey, uid, bits_stored=8), model)


def test_a_real_radiograph_of_15_bits(shared_folder: Path, model: Model) -> None:
    path = shared_folder / "data" / "dicom_public" / "nema_wg04" / "RG1_J2KI"
    require_equal_verdicts(path, model)


def test_real_radiographs_enlarged_and_made_noisy_for_the_reversible_filter(
    shared_folder: Path, tmp_path: Path, model: Model
) -> None:
    # None of the real images is large enough for it; white noise is what it lets through most.
    images = sorted((shared_folder / "data" / "kermany_full_size").glob("*/*"))
    random = np.random.default_rng(6)
    for image in images[:: len(images) // 4]:
        with Image.open(image) as picture:
            grey = np.asarray(picture.convert("L").resize((1880, 1800), Image.Resampling.BICUBIC))
        noisy = np.clip(grey + random.normal(0, 3, grey.shape), 0, 255).astype(np.uint8)
        path = write(tmp_path / "x.dcm", noisy, JPEG2000Lossless, bits_stored=8)
        require_equal_verdicts(path, model)


@pytest.mark.parametrize("noise", [0.0, 10.0, 40.0])
@pytest.mark.parametrize("function", list(VoiFunction))
def test_phantoms_with_noise_and_a_window_that_cuts_it(
    tmp_path: Path, model: Model, noise: float, function: VoiFunction
) -> None:
    grey = chest_phantom(1000, 920, seed=5).image
    random = np.random.default_rng(2)
    values = np.clip(500 + 2550 * grey + random.normal(0, noise, grey.shape), 0, 4095)
    path = write(
        tmp_path / "x.dcm",
        values.astype(np.uint16),
        JPEG2000,
        bits_stored=12,
        transforms=GreyTransforms(voi=(Window(1700, 1800, function),)),
    )
    require_equal_verdicts(path, model)


def test_an_image_without_a_window_is_read_whole(tmp_path: Path, model: Model) -> None:
    # Its window spans percentiles of its pixels, and means of pixels have others.
    values = np.random.default_rng(4).integers(0, 4096, (1000, 1000)).astype(np.uint16)
    path = write(tmp_path / "x.dcm", values, JPEG2000Lossless, bits_stored=12)
    require_equal_verdicts(path, model, is_reduced=False)


@pytest.mark.parametrize(
    ("shape", "halvings"),
    [((224, 224), 0), ((895, 2000), 0), ((896, 896), 1), ((2600, 2106), 2), ((9999, 9999), 3)],
)
def test_twice_the_pixels_that_the_model_sees_are_kept(
    shape: tuple[int, int], halvings: int
) -> None:
    assert choose_halvings(*shape, PreprocessingSpec()) == halvings
