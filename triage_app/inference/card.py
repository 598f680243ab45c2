"""The model card: the only source of every number of a model that the application uses.

It stands as ``<name>.json`` beside ``<name>.onnx`` and is validated when read.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from triage_app.errors import ModelError
from triage_app.imaging.eligibility import AgeRange, EligibilityCriteria
from triage_app.imaging.preprocessing import PreprocessingSpec

__all__ = [
    "CARD_SCHEMA_VERSION",
    "AgeRange",
    "CheckImage",
    "DataSet",
    "Estimate",
    "Evaluation",
    "ModelCard",
    "OperatingPoint",
    "Tensor",
    "TensorRole",
    "card_path_for",
    "read_card",
    "sha256_of_file",
    "write_card",
]

CARD_SCHEMA_VERSION: Literal[1] = 1

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


class OperatingPoint(_CardPart):
    """The probability at and above which an image is flagged, and what that costs.

    Attributes
    ----------
    name : shown in the window and written in rows
    threshold : probability, 0 to 1
    chosen_for : the rule that set the threshold, on which data
    sensitivity, specificity : measured at the threshold on `data_set`
    data_set, n : what they were measured on, and how many images
    """

    name: str = Field(min_length=1)
    threshold: float = Field(gt=0, lt=1)
    chosen_for: str
    sensitivity: Estimate
    specificity: Estimate
    data_set: str
    n: int = Field(ge=1)


class DataSet(_CardPart):
    """Data that the model was trained, tuned or tested on."""

    name: str
    used_for: str
    images: int = Field(ge=0)
    patients: int = Field(ge=0)
    licence: str
    source: str


class Evaluation(_CardPart):
    """Figures on one data set or a subgroup of it; keys as in the evaluation's ``metrics.json``."""

    data_set: str
    subgroup: str = "all"
    n: int = Field(ge=0)
    metrics: dict[str, Estimate]


class CheckImage(_CardPart):
    """An image made by a formula, and the score that the model must give to it.

    Attributes
    ----------
    formula : name of a function in `triage_app.inference.check_image`
    probability : expected
    tolerance : largest difference that processors and versions may make
    """

    formula: str
    probability: float = Field(ge=0, le=1)
    tolerance: float = Field(gt=0, le=0.01)


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
    operating_points : the first is the default
    calibration : figures of the calibration that stands inside the graph; empty where there is none
    run_id : of the training run
    """

    schema_version: Literal[1] = CARD_SCHEMA_VERSION
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
        names = [point.name for point in self.operating_points]
        if len(set(names)) != len(names):
            raise ValueError("operating points must have different names")
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

    @property
    def default_operating_point(self) -> OperatingPoint:
        """The first of the card."""
        return self.operating_points[0]

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
    """Write a card as indented JSON."""
    path.write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
