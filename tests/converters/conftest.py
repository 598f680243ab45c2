"""A finished training of seconds, made once."""

from __future__ import annotations

import pytest

from tests.training.conftest import write_made_images
from training.cli import main
from training.run_folder import RunFolder

KERAS_WARNING = "ignore:__array__ implementation doesn't accept:DeprecationWarning"
"""Keras 3.15 converts TensorFlow's tensors in the way that numpy 2 warns of."""


@pytest.fixture(scope="session")
def run(base_weights: str, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Train recipe v2 for an epoch on 72 made images of the network's size."""
    folder = tmp_path_factory.mktemp("export")
    write_made_images(folder / "images", 18, shape=(224, 224))
    words = ["fit", str(folder / "images"), "--recipe", "v2", "--weights", base_weights]
    words += ["--output", str(folder / "run"), "--cache", str(folder / "cache")]
    assert main([*words, "--head-epochs", "4", "--fine-tuning-epochs", "1"]) == 0
    return RunFolder(folder / "run")
