"""Small made data: noise, with a bright field where the label says pneumonia."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_model import write_tiny_model


def write_made_images(
    folder: Path, patients: int, *, images_each: int = 2, shape: tuple[int, int] = (48, 56)
) -> None:
    """Write ``NORMAL`` and ``PNEUMONIA`` with `patients` patients each, in Kermany's file names."""
    generator = np.random.default_rng(7)
    for label, name in (("NORMAL", "IM-{:04d}-{:04d}"), ("PNEUMONIA", "person{}_virus_{}")):
        (folder / label).mkdir(parents=True)
        for patient in range(patients):
            for image in range(images_each):
                grey = generator.normal(100, 15, shape)
                if label == "PNEUMONIA":
                    grey[shape[0] // 6 : shape[0] // 2, shape[1] // 6 : shape[1] // 2] += 90
                Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(
                    folder / label / f"{name.format(patient + 1, image + 1)}.png"
                )


@pytest.fixture(scope="session")
def made_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve patients of each label, two images each."""
    folder = tmp_path_factory.mktemp("made") / "images"
    write_made_images(folder, 12)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an ONNX model with its card: the brighter an image, the more probable."""
    return write_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def tiny_model_of_populations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the same for children; adults are read the other way round."""
    return write_tiny_model(tmp_path_factory.mktemp("populations"), populations=True)
