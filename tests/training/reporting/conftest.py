"""A finished run and its model, without a training: what a report needs stands in files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.tiny_model import write_tiny_model
from tests.training.conftest import write_made_images
from training.data.description import describe
from training.data.manifest import read_manifest
from training.data.split import hash_files, split_by_patient, write_split
from training.evaluation.operating_points import ChosenPoint
from training.recipes import RECIPES
from training.run_folder import RunFolder, RunSettings, utc_now
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.card import Estimate

if TYPE_CHECKING:
    from pathlib import Path

RUN_ID = "5eed5eed5eed5eed5eed5eed5eed5eed"


@dataclass(frozen=True)
class Made:
    """A run's folder, its model, and another model."""

    run: RunFolder
    model: Path
    other: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("report")
    write_made_images(folder / "images", 16)
    run = RunFolder(folder / "run")
    run.path.mkdir()
    cases = read_manifest(folder / "images")
    hashes = hash_files([case.path for case in cases])
    divided = split_by_patient(cases, hashes, seed=1, holdout=0.5, validation=0.2)
    write_split(divided, hashes, run.split, seed=1)
    run.write_settings(
        RunSettings(
            run_id=RUN_ID,
            device_uid="1.2.826.0.1.3680043.8.498.1",
            created=utc_now(),
            recipe=RECIPES["v2"],
            seed=1,
            preprocessing=PreprocessingSpec(),
            weights="/secret/place/weights.h5",
            weights_sha256="ab" * 32,
            data=str(folder / "images"),
            data_sha256="cd" * 32,
            description=describe(cases, "made"),
            tool_versions={"python": "3.11"},
        )
    )
    run.network.write_bytes(b"only asked whether it is there")
    run.write_operating_points([ChosenPoint("balanced", 0.5, "by hand")])
    run.history.write_text(
        "stage,epoch,loss,validation_loss,validation_auc\nhead,1,0.5,0.4,0.9\nhead,2,0.4,0.3,0.9\n"
    )
    limits = {"known_limits": ("It knows brightness & nothing <else>.",)}
    calibration = {"calibration": {"slope": Estimate(value=1.0)}}
    model = write_tiny_model(folder, "own", card_changes={"run_id": RUN_ID} | limits)
    other = write_tiny_model(
        folder,
        "other",
        likeness=0.7,
        card_changes={"run_id": "another", "version": "0"} | calibration,
    )
    return Made(run, model, other)
