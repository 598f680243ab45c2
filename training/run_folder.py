"""What a training leaves behind, and where in its folder it stands."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from training.data.description import DataDescription
from training.errors import RunError
from training.evaluation.calibration import Calibration
from training.evaluation.operating_points import ChosenPoint
from training.recipes import Recipe
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.card import Population

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


__all__ = ["FurtherPopulation", "RunFolder", "RunSettings", "tool_versions", "utc_now"]

_FIT_TOOLS = ("tensorflow", "keras", "numpy", "pillow", "pydicom", "triage-app")


class FurtherPopulation(BaseModel):
    """A population that a finished network was taught to read afterwards.

    Attributes
    ----------
    name : as in `RunSettings.populations`
    data : folder or table as given
    description : of the data, for the model card
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    data: str
    description: DataDescription


class RunSettings(BaseModel):
    """Everything that decided a training's result; written before it starts.

    Attributes
    ----------
    run_id : of this training
    device_uid : (0018,1002) Device UID of the model that it makes, on every export of it
    created : UTC
    recipe, seed, preprocessing : settings
    weights : path of the base's weights as given; None where Keras supplied them
    weights_sha256 : of that file
    data : folder or table as given
    data_sha256 : of all images, labels and parts, so that a resumed run finds changed data
    description : of the data, for the model card
    populations : whom the network has a head of its own for, in the order of its logits; the
        calibration in them stays empty. Empty where one head reads all alike
    population_without_age : the one that an image of unknown age is read with
    further : those of the populations whose head was added to a finished network
    tool_versions : of what trained it
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    device_uid: str
    created: datetime
    recipe: Recipe
    seed: int
    preprocessing: PreprocessingSpec
    weights: str | None
    weights_sha256: str | None
    data: str
    data_sha256: str
    description: DataDescription
    populations: tuple[Population, ...] = ()
    population_without_age: str | None = None
    further: tuple[FurtherPopulation, ...] = ()
    tool_versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A training's folder."""

    path: Path

    @property
    def settings(self) -> Path:
        """The settings, JSON."""
        return self.path / "settings.json"

    @property
    def split(self) -> Path:
        """Images with their parts, CSV; its proof stands beside it."""
        return self.path / "split.csv"

    def split_of(self, population: str) -> Path:
        """Images of a further population with their parts, CSV; its proof stands beside it."""
        return self.path / f"split_{population}.csv"

    def figures_of(self, population: str) -> Path:
        """Give the place of what cross-validation found of a further population's head, JSON."""
        return self.path / f"cross_validation_{population}.json"

    @property
    def log(self) -> Path:
        """What was said while it ran."""
        return self.path / "fit.log"

    @property
    def history(self) -> Path:
        """Figures per epoch, CSV."""
        return self.path / "history.csv"

    @property
    def network(self) -> Path:
        """The trained network in Keras's form; there once the training is over."""
        return self.path / "model.keras"

    @property
    def validation(self) -> Path:
        """Scores of the validation part, CSV."""
        return self.path / "validation_predictions.csv"

    @property
    def calibration(self) -> Path:
        """Slope and intercept of the logit, JSON, by population where there are several.

        Not there where the recipe does not calibrate.
        """
        return self.path / "calibration.json"

    @property
    def operating_points(self) -> Path:
        """Thresholds chosen on the validation part, JSON; written last of all."""
        return self.path / "operating_points.json"

    def checkpoint(self, stage: str) -> Path:
        """Where a stage continues from."""
        return self.path / f"checkpoint_{stage}.npz"

    @property
    def is_finished(self) -> bool:
        """Whether the training ran to its end."""
        return self.operating_points.is_file() and self.network.is_file()

    def read_settings(self) -> RunSettings:
        """Read the settings.

        Raises
        ------
        RunError
            where the folder is no run
        """
        try:
            return RunSettings.model_validate_json(self.settings.read_bytes())
        except OSError as error:
            raise RunError(
                f"{self.path}: is no folder of a training (it has no settings.json); "
                "give the folder that 'triage-train fit' wrote."
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise RunError(
                f"{self.settings}: {'.'.join(map(str, first['loc']))}: {first['msg']}; it was "
                "changed or written by another version. Train again."
            ) from error

    def write_settings(self, settings: RunSettings) -> None:
        """Write the settings."""
        _write(self.settings, settings.model_dump_json(indent=2))

    def read_calibration(self) -> Calibration:
        """Read slope and intercept; of a run without a calibration, those that change nothing."""
        if not self.calibration.is_file():
            return Calibration()
        return Calibration(**json.loads(self.calibration.read_text(encoding="utf-8")))

    def read_calibrations(self, populations: Sequence[str]) -> tuple[Calibration, ...]:
        """Read one calibration for each population, or the only one where there are none."""
        if not populations or not self.calibration.is_file():
            return (self.read_calibration(),) * max(1, len(populations))
        by_population = json.loads(self.calibration.read_text(encoding="utf-8"))
        return tuple(Calibration(**by_population[name]) for name in populations)

    def write_calibrations(self, by_population: Mapping[str, Calibration]) -> None:
        """Write one calibration for each population, by its name."""
        values = {name: asdict(calibration) for name, calibration in by_population.items()}
        _write(self.calibration, json.dumps(values, indent=2))

    def write_calibration(self, calibration: Calibration) -> None:
        """Write slope and intercept."""
        _write(self.calibration, json.dumps(asdict(calibration), indent=2))

    def read_operating_points(self) -> tuple[ChosenPoint, ...]:
        """Read the thresholds.

        Raises
        ------
        RunError
            where the training did not run to its end
        """
        if not self.is_finished:
            raise RunError(
                f"{self.path}: the training is not finished; continue it with "
                f"'triage-train fit --resume --output {self.path}'."
            )
        points = json.loads(self.operating_points.read_text(encoding="utf-8"))
        return tuple(ChosenPoint(**point) for point in points)

    def write_operating_points(self, points: Sequence[ChosenPoint]) -> None:
        """Write the thresholds."""
        _write(self.operating_points, json.dumps([asdict(point) for point in points], indent=2))


def tool_versions(tools: Sequence[str] = _FIT_TOOLS) -> dict[str, str]:
    """Versions of Python and of installed libraries; by default those that decide a training."""
    versions = {"python": platform.python_version()}
    for tool in tools:
        try:
            versions[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            versions[tool] = "unknown"
    return versions


def utc_now() -> datetime:
    """Give the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _write(path: Path, text: str) -> None:
    """Write under another name first: a broken write leaves the old file."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
