"""The model card: the only source of every number of a model that the application uses.

It stands as ``<name>.json`` beside ``<name>.onnx`` and is validated when read.
"""

from __future__ import annotations

import hashlib
import itertools
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from triage_app.errors import ModelError
from triage_app.imaging.eligibility import AgeRange, EligibilityCriteria
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.heatmap import HeatmapGeometry

__all__ = [
    "CARD_SCHEMA_VERSION",
    "AgeRange",
    "CheckImage",
    "DataSet",
    "Estimate",
    "Evaluation",
    "ModelCard",
    "OperatingPoint",
    "Population",
    "Tensor",
    "TensorRole",
    "card_path_for",
    "read_card",
    "sha256_of_file",
    "write_card",
]

CARD_SCHEMA_VERSION: Literal[2] = 2
"""Version 2 knows populations; a card of version 1 is read as it always was."""

_Probability = Annotated[float, Field(ge=0, le=1)]

TensorRole = Literal["image", "probability", "heatmap", "embedding", "in_distribution"]


class _CardPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Estimate(_CardPart):
    """A figure with its 95 % interval; the interval is absent where none was computed."""

    value: float
    low: float | None = None
    high: float | None = None


class Tensor(_CardPart):
    """One input or output of the ONNX graph; None in the shape stands for a free dimension."""

    name: str
    role: TensorRole
    shape: tuple[int | None, ...]


class Population(_CardPart):
    """People whom a model reads in a way of their own: with a probability and points of theirs.

    Attributes
    ----------
    name : such as "adults"; shown in the window and written in rows
    lowest_years, highest_years : it is used for ages from the first to below the second
    training_ages : of the images that it was trained on, which may be fewer
    calibration : figures of the calibration of its probability inside the graph
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]*$")
    lowest_years: float = Field(ge=0)
    highest_years: float = Field(gt=0)
    training_ages: AgeRange
    calibration: dict[str, Estimate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Population:
        if self.lowest_years >= self.highest_years:
            raise ValueError("lowest_years must be below highest_years")
        return self

    def distance_of(self, years: float) -> float:
        """Years from an age to the range of use; 0 inside it."""
        if self.lowest_years <= years < self.highest_years:
            return 0.0
        return max(self.lowest_years - years, years - self.highest_years, 0.0)


class OperatingPoint(_CardPart):
    """The probability at and above which an image is flagged, and what that costs.

    Attributes
    ----------
    name : shown in the window
    population : whose probability it stands on; None where the model has no populations
    threshold : probability, 0 to 1
    chosen_for : the rule that set the threshold, on which data
    sensitivity, specificity : measured at the threshold on `data_set`
    data_set, n : what they were measured on, and how many images
    """

    name: str = Field(min_length=1)
    population: str | None = None
    threshold: float = Field(gt=0, lt=1)
    chosen_for: str
    sensitivity: Estimate
    specificity: Estimate
    data_set: str
    n: int = Field(ge=1)

    @property
    def title(self) -> str:
        """The name, behind that of its population: "adults: sensitivity_95"; one in a card.

        Outcomes, rows and results name an operating point so.
        """
        return self.name if self.population is None else f"{self.population}: {self.name}"


class DataSet(_CardPart):
    """Data that the model was trained, tuned or tested on."""

    name: str
    used_for: str
    images: int = Field(ge=0)
    patients: int = Field(ge=0)
    licence: str
    source: str


class Evaluation(_CardPart):
    """Figures on one data set or a subgroup of it; keys as in the evaluation's ``metrics.json``.

    `population` is whose probability and operating point were used, for every image alike; None
    where each image was read as its age says, or the model has no populations.
    """

    data_set: str
    population: str | None = None
    subgroup: str = "all"
    n: int = Field(ge=0)
    metrics: dict[str, Estimate]


class CheckImage(_CardPart):
    """An image made by a formula, and the score that the model must give to it.

    Attributes
    ----------
    formula : name of a function in `triage_app.inference.check_image`
    probability : expected; one for each population, in the card's order, where there are some
    tolerance : largest difference that processors and versions may make
    """

    formula: str
    probability: _Probability | tuple[_Probability, ...]
    tolerance: float = Field(gt=0, le=0.01)

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The expected probability of each population, or the one that there is."""
        return self.probability if isinstance(self.probability, tuple) else (self.probability,)


class ModelCard(_CardPart):
    """What a model is, what it may be asked, and how well it answers.

    Attributes
    ----------
    schema_version : of this form
    name, version : of the model, for people
    device_uid : (0018,1002) Device UID, new for every training; identifies whose result it is
    onnx_sha256 : of the ONNX file beside the card, hexadecimal
    finding : what the probability is of
    inputs, outputs : by role
    preprocessing, eligibility : how an image is prepared, and which images may be
    heatmap_geometry : where the heatmap's cells look; None where it was not measured, so that they
        are laid evenly over the image
    populations : whom the model reads apart; the outputs ``probability`` and ``heatmap`` have, from
        two on, a second axis in this order. Empty where it reads all alike
    population_without_age : name of the one that an image of unknown age is read with
    operating_points : the first, of each population, is the default
    calibration : figures of the calibration that stands inside the graph; empty where there is
        none. Where there are populations, each has its own
    run_id : of the training run
    """

    schema_version: Literal[1, 2] = CARD_SCHEMA_VERSION
    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    device_uid: str = Field(pattern=r"^[0-9]+(\.[0-9]+)+$", max_length=64)
    parent_device_uid: str | None = None
    created: date
    onnx_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    finding: str = "pneumonia"
    architecture: str
    inputs: tuple[Tensor, ...] = Field(min_length=1)
    outputs: tuple[Tensor, ...] = Field(min_length=1)
    preprocessing: PreprocessingSpec
    eligibility: EligibilityCriteria
    heatmap_geometry: HeatmapGeometry | None = None
    populations: tuple[Population, ...] = ()
    population_without_age: str | None = None
    operating_points: tuple[OperatingPoint, ...] = Field(min_length=1)
    calibration: dict[str, Estimate] = Field(default_factory=dict)
    data_sets: tuple[DataSet, ...]
    evaluations: tuple[Evaluation, ...] = ()
    known_limits: tuple[str, ...]
    intended_use: str
    check_image: CheckImage
    tool_versions: dict[str, str]
    run_id: str

    @model_validator(mode="after")
    def _complete(self) -> ModelCard:
        roles = [tensor.role for tensor in (*self.inputs, *self.outputs)]
        if len(set(roles)) != len(roles):
            raise ValueError("each role must stand once among inputs and outputs")
        for role in ("image", "probability", "heatmap"):
            if role not in roles:
                raise ValueError(f"no tensor has the role {role!r}")
        titles = [point.title for point in self.operating_points]
        if len(set(titles)) != len(titles):
            raise ValueError("operating points of a population must have different names")
        if self.eligibility.gate_threshold is not None and "in_distribution" not in roles:
            raise ValueError("a gate threshold needs an output with the role 'in_distribution'")
        return self

    def tensor(self, role: TensorRole) -> Tensor:
        """Give the input or output of that role.

        Raises
        ------
        KeyError
            where the model has none
        """
        for tensor in (*self.inputs, *self.outputs):
            if tensor.role == role:
                return tensor
        raise KeyError(role)

    @model_validator(mode="after")
    def _populations_agree(self) -> ModelCard:
        names = [population.name for population in self.populations]
        if len(set(names)) != len(names):
            raise ValueError("populations must have different names")
        by_age = sorted(self.populations, key=lambda population: population.lowest_years)
        for younger, older in itertools.pairwise(by_age):
            if older.lowest_years < younger.highest_years:
                raise ValueError(f"{younger.name} and {older.name} are used for the same ages")
        if names and self.calibration:
            raise ValueError("where there are populations, each has its own calibration")
        known = set(names) if names else {None}
        if self.population_without_age not in known:
            raise ValueError(
                f"population_without_age is {self.population_without_age!r}; "
                f"expected one of {names or 'no population'}"
            )
        if {point.population for point in self.operating_points} != known:
            raise ValueError("each operating point needs a population, and each population a point")
        if not {evaluation.population for evaluation in self.evaluations} <= known | {None}:
            raise ValueError("an evaluation names a population that the card lacks")
        self._shapes_agree(max(1, len(names)))
        return self

    def _shapes_agree(self, populations: int) -> None:
        if len(self.check_image.probabilities) != populations:
            raise ValueError(f"the check image needs {populations} expected probabilities")
        if populations > 1:
            for role in ("probability", "heatmap"):
                shape = self.tensor(role).shape
                if len(shape) < 2 or shape[1] != populations:
                    raise ValueError(f"the {role} needs {populations} populations as its axis 1")

    def population_for(self, age_years: float | None) -> Population | None:
        """Give the population that an image is read with; None where the model has none.

        Parameters
        ----------
        age_years : of the patient; None where unknown. An age in no range has the nearest one; of
            two equally near ones, that of the older
        """
        if age_years is None:
            return next(
                (p for p in self.populations if p.name == self.population_without_age), None
            )
        return min(
            self.populations,
            key=lambda population: (population.distance_of(age_years), -population.lowest_years),
            default=None,
        )

    def criteria_for(self, population: Population | None) -> EligibilityCriteria:
        """Give the eligibility with the training ages of a population."""
        if population is None:
            return self.eligibility
        return self.eligibility.model_copy(update={"training_ages": population.training_ages})

    def index_of(self, population: Population | None) -> int:
        """Place of a population on axis 1 of the outputs; 0 where the model has none."""
        return 0 if population is None else self.populations.index(population)

    def points_of(self, population: str | None) -> tuple[OperatingPoint, ...]:
        """Give the operating points of a population by its name; the first is the default.

        Raises
        ------
        KeyError
            where the card has no such population
        """
        points = tuple(p for p in self.operating_points if p.population == population)
        if not points:
            raise KeyError(population)
        return points

    def calibration_of(self, population: str | None) -> dict[str, Estimate]:
        """Give the figures of a population's calibration; empty where it is not calibrated."""
        return next(
            (each.calibration for each in self.populations if each.name == population),
            self.calibration,
        )

    def find_operating_point(self, title: str) -> OperatingPoint | None:
        """Give the operating point that outcomes name so; None where the card lacks it."""
        return next((point for point in self.operating_points if point.title == title), None)

    @property
    def default_operating_points(self) -> tuple[OperatingPoint, ...]:
        """The default of each population, in their order; one where there are none."""
        names: list[str | None] = [population.name for population in self.populations]
        return tuple(self.points_of(name)[0] for name in names or [None])

    @property
    def default_operating_point(self) -> OperatingPoint:
        """The default of the population that an image of unknown age is read with."""
        return self.points_of(self.population_without_age)[0]

    @property
    def title(self) -> str:
        """Name and version, for people."""
        return f"{self.name} {self.version}"


def card_path_for(model_path: Path) -> Path:
    """Where the card of an ONNX file stands."""
    return model_path.with_suffix(".json")


def read_card(path: Path) -> ModelCard:
    """Read and validate a model card.

    Raises
    ------
    ModelError
        where the file is missing or is no card of this schema; the sentence names the field
    """
    try:
        return ModelCard.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(
            f"{path}: the model card cannot be read ({error.strerror or error}); "
            "it must stand beside the ONNX file under the same name."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the card"
        raise ModelError(
            f"{path}: not a valid model card: {place}: {first['msg']} "
            f"({error.error_count()} such); export the model again."
        ) from error


def write_card(card: ModelCard, path: Path) -> None:
    """Write a card as indented JSON, in the newest schema."""
    newest = card.model_copy(update={"schema_version": CARD_SCHEMA_VERSION})
    path.write_text(newest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
