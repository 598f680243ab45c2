"""What the tests of every room share: the folder of real data, and a factory of DICOM files."""

from __future__ import annotations

import logging
import warnings
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from tests.tiny_model import write_tiny_model
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
    StudyDescription,
)
from triage_app.imaging.transforms import (
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Rescale,
    Window,
)
from triage_app.inference.card import ModelCard, card_path_for, read_card
from triage_app.logs import QUIET_LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from pydicom import Dataset


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Real images and weights, which lie beside the repository and never in it."""
    repository = Path(__file__).resolve().parents[1]
    for folder in repository.parents:
        if (folder / "shared").is_dir():
            return folder / "shared"
    pytest.skip("no folder `shared` with real data beside the repository")


def stored_pattern(
    rows: int, columns: int, bits_stored: int, *, is_signed: bool = False
) -> NDArray[np.integer[Any]]:
    """Make a smooth, uneven pattern from the lowest to the highest value of `bits_stored`.

    Returns
    -------
    (rows, columns) uint8, uint16 or int16
    """
    y = np.linspace(0.0, 1.0, rows)[:, np.newaxis]
    x = np.linspace(0.0, 1.0, columns)[np.newaxis, :]
    pattern = 0.6 * y + 0.4 * x + 0.1 * np.sin(9.0 * x + 5.0 * y)
    pattern = (pattern - pattern.min()) / np.ptp(pattern)
    lowest = -(2 ** (bits_stored - 1)) if is_signed else 0
    values = np.rint(pattern * (2**bits_stored - 1) + lowest)
    if is_signed:
        return values.astype(np.int16)
    return values.astype(np.uint8 if bits_stored <= 8 else np.uint16)


class InstanceFactory(Protocol):
    """Writes one radiograph and gives its path; see `make_instance`."""

    def __call__(
        self,
        name: str = ...,
        *,
        pixels: NDArray[np.integer[Any]] | None = ...,
        shape: tuple[int, int] = ...,
        photometric: str = ...,
        bits_stored: int = ...,
        is_signed: bool = ...,
        modality: Rescale | LookupTable = ...,
        voi: tuple[Window | LookupTable, ...] = ...,
        padding: PixelPadding | None = ...,
        sop_class_uid: str = ...,
        transfer_syntax_uid: str = ...,
        body_part: str = ...,
        view_position: str = ...,
        patient_name: str = ...,
        patient_id: str = ...,
        age: str = ...,
        uid_seed: str = ...,
        study_instance_uid: str = ...,
        study_date: date | None = ...,
        changes: Mapping[str, Any] | None = ...,
    ) -> Path: ...


@pytest.fixture
def make_instance(tmp_path: Path) -> InstanceFactory:
    """Give a factory of radiographs in `tmp_path`.

    Everything has a default that makes a frontal chest CR of a child of three years. `name` may
    hold sub-folders. `changes` is applied to the data set last: a keyword with None is taken out,
    any other value is set, valid or not. `uid_seed` makes the UIDs; equal seeds, equal UIDs.
    """

    def make(
        name: str = "image.dcm",
        *,
        pixels: NDArray[np.integer[Any]] | None = None,
        shape: tuple[int, int] = (64, 81),
        photometric: str = "MONOCHROME2",
        bits_stored: int = 12,
        is_signed: bool = False,
        modality: Rescale | LookupTable = Rescale(),  # noqa: B008 - frozen
        voi: tuple[Window | LookupTable, ...] = (),
        padding: PixelPadding | None = None,
        sop_class_uid: str = ComputedRadiographyImageStorage,
        transfer_syntax_uid: str = ExplicitVRLittleEndian,
        body_part: str = "CHEST",
        view_position: str = "PA",
        patient_name: str = "Probe^Petra",
        patient_id: str = "P-1",
        age: str = "003Y",
        uid_seed: str = "",
        study_instance_uid: str = "",
        study_date: date | None = date(2024, 3, 5),
        changes: Mapping[str, Any] | None = None,
    ) -> Path:
        if pixels is None:
            pixels = stored_pattern(*shape, bits_stored, is_signed=is_signed)
        dataset: Dataset = new_radiograph(
            pixels,
            RadiographDescription(
                patient=PatientDescription(patient_name, patient_id, date(2021, 2, 1), "F", age),
                study=StudyDescription(
                    study_instance_uid, "1", "ACC-1", "Chest", study_date, time(9, 30, 5)
                ),
                series=SeriesDescription(
                    body_part=body_part,
                    view_position=view_position,
                    manufacturer="Probe",
                    imager_pixel_spacing_mm=(0.2, 0.2),
                ),
                transforms=GreyTransforms(
                    modality, voi, is_inverted=photometric == "MONOCHROME1", padding=padding
                ),
                bits_stored=bits_stored,
                sop_class_uid=sop_class_uid,
                burned_in_annotation="NO",
                uid_seed=uid_seed or name,
            ),
        )
        for keyword, value in (changes or {}).items():
            if value is None:
                del dataset[keyword]
            else:
                setattr(dataset, keyword, value)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_radiograph(dataset, path, transfer_syntax_uid)
        return path

    return make


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command does to logs and warnings of its process."""
    loggers = [logging.getLogger(name) for name in (None, *QUIET_LIBRARIES)]
    before = [(logger.level, list(logger.handlers)) for logger in loggers]
    with warnings.catch_warnings():
        yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture(scope="session")
def tiny_model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model of a few operations with a true card; see `tests.tiny_model`."""
    return write_tiny_model(tmp_path_factory.mktemp("tiny-model"))


@pytest.fixture(scope="session")
def tiny_card(tiny_model_path: Path) -> ModelCard:
    """Give the card of the tiny model."""
    return read_card(card_path_for(tiny_model_path))


@pytest.fixture(scope="session")
def base_weights() -> str:
    """Give the ImageNet weights that lie beside the repository, or none."""
    for folder in Path(__file__).resolve().parents:
        for path in (folder / "shared" / "weights").glob("mobilenet_v2_1.0_224_*.weights.h5"):
            return str(path)
    return "random"
