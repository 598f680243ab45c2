"""Sources with their outcomes, scored by the tiny model."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from tests.conftest import InstanceFactory
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import Window
from triage_app.inference.session import Model, load_model
from triage_app.results.dicom.study import AssessedInstance, AssessedStudy, group_by_study
from triage_app.triage.assess import assess

MADE_AT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def tiny_model(tiny_model_path: Path) -> Model:
    return load_model(tiny_model_path)


def blob_pixels(level: int = 3000, *, rows: int = 96, columns: int = 120) -> NDArray[np.uint16]:
    """Make a bright 12-bit image with a brighter blob at the right of its upper half."""
    y, x = np.mgrid[0:rows, 0:columns]
    distance = ((y - rows * 0.3) / rows) ** 2 + ((x - columns * 0.7) / columns) ** 2
    blob = 1000.0 * np.exp(-distance / 0.02)
    return np.clip(level + blob, 0, 4095).astype(np.uint16)


class AssessedFactory(Protocol):
    """Writes a source and scores it; takes what `make_instance` takes."""

    def __call__(
        self, name: str = ..., *, is_flagged: bool = ..., **facts: Any
    ) -> AssessedInstance: ...


@pytest.fixture
def assessed(make_instance: InstanceFactory, tiny_model: Model) -> AssessedFactory:
    def make(name: str = "image.dcm", *, is_flagged: bool = True, **facts: Any) -> AssessedInstance:
        facts.setdefault("pixels", blob_pixels(3000 if is_flagged else 300))
        facts["voi"] = facts.get("voi") or (Window(2048.0, 4096.0),)
        instance = read_instance(FileSource(make_instance(name, **facts)))
        return AssessedInstance(instance, assess(instance, tiny_model))

    return make


def study_of(*items: AssessedInstance) -> AssessedStudy:
    studies, homeless = group_by_study(items)
    assert len(studies) == 1
    assert not homeless
    return studies[0]


def saved(dataset: Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path
