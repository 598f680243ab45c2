"""One ONNX model, verified against its card before it may score anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from triage_app.errors import ModelError, ScoringError
from triage_app.imaging.preprocessing import PREPROCESSING_VERSION
from triage_app.inference.card import ModelCard, TensorRole, card_path_for, read_card
from triage_app.inference.check_image import make_check_image

__all__ = ["Model", "Prediction", "load_model"]

_RANKS: dict[TensorRole, int] = {
    "image": 4,
    "probability": 1,
    "heatmap": 3,
    "embedding": 2,
    "in_distribution": 1,
}
_ROLES_OF_POPULATIONS: tuple[TensorRole, ...] = ("probability", "heatmap")
"""Outputs with an axis more where the card has several populations."""
_PROVIDER = "ExecutionProvider"
_LARGEST = float(np.finfo(np.float32).max)
_RANGES: dict[TensorRole, tuple[float, float]] = {
    "probability": (0.0, 1.0),
    "heatmap": (-1e-4, 1.0 + 1e-4),  # rounding; clipped afterwards
    "embedding": (-_LARGEST, _LARGEST),
    "in_distribution": (-_LARGEST, _LARGEST),
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the network says of a batch.

    Attributes
    ----------
    probability : (n,) float32, calibrated, 0 to 1; (n, populations) where the card has several
    heatmap : (n, h, w) float32, 0 to 1; (n, populations, h, w) where the card has several
    in_distribution : (n,) float32, or None where the model has no such output
    """

    probability: NDArray[np.float32]
    heatmap: NDArray[np.float32]
    in_distribution: NDArray[np.float32] | None = None

    def of_population(self, index: int) -> Prediction:
        """Give what one population's part says: probability (n,) and heatmap (n, h, w).

        Parameters
        ----------
        index : from `ModelCard.index_of`
        """
        if self.probability.ndim == 1 and index == 0:
            return self
        return replace(self, probability=self.probability[:, index], heatmap=self.heatmap[:, index])


class Model:
    """A verified ONNX model with its card; make one with `load_model`, one per process."""

    def __init__(self, card: ModelCard, path: Path, session: onnxruntime.InferenceSession) -> None:
        self.card = card
        self.path = path
        self._session = session

    def predict(self, images: NDArray[np.float32]) -> Prediction:
        """Run the network once.

        Parameters
        ----------
        images : (n, rows, columns, 1) float32 in [0, 255], made by `to_model_input`

        Raises
        ------
        ValueError
            where the images have another shape or type than the card states
        ScoringError
            where the network fails or gives something that is no probability
        """
        expected = self.card.tensor("image").shape[1:]
        if images.dtype != np.float32 or images.shape[1:] != expected:
            raise ValueError(
                f"expected float32 images of (n, {', '.join(map(str, expected))}), "
                f"received {images.dtype} {images.shape}"
            )
        roles = [tensor.role for tensor in self.card.outputs]
        try:
            values = self._session.run(
                [tensor.name for tensor in self.card.outputs],
                {self.card.tensor("image").name: images},
            )
        except Exception as error:  # the runtime raises types of its own making
            raise ScoringError(f"{self.path.name}: the network failed: {error}") from error
        by_role = {
            role: np.asarray(value, dtype=np.float32)
            for role, value in zip(roles, values, strict=True)
        }
        for role, value in by_role.items():
            self._refuse_nonsense(role, value, len(images))
        return Prediction(
            probability=by_role["probability"],
            heatmap=np.clip(by_role["heatmap"], np.float32(0.0), np.float32(1.0)),
            in_distribution=by_role.get("in_distribution"),
        )

    def _refuse_nonsense(self, role: TensorRole, value: NDArray[np.float32], count: int) -> None:
        # beyond the batch, the card's shape is the graph's own, as `load_model` has verified
        expected = (count, *self.card.tensor(role).shape[1:])
        if len(value.shape) != len(expected) or any(
            size not in (None, found) for size, found in zip(expected, value.shape, strict=True)
        ):
            raise ScoringError(
                f"{self.path.name}: gave a {role} of shape {value.shape} for {count} images; "
                "the score is not used."
            )
        lowest, highest = _RANGES[role]
        if not ((value >= lowest) & (value <= highest)).all():  # false for NaN too
            raise ScoringError(
                f"{self.path.name}: gave a {role} from {value.min():g} to {value.max():g} where "
                f"{lowest:g} to {highest:g} was expected; the score is not used."
            )


def load_model(path: Path, *, threads: int = 1, provider: str = "CPU") -> Model:
    """Load an ONNX file and prove that it is the one its card describes.

    Parameters
    ----------
    path : the ``.onnx`` file; its card stands beside it as ``.json``
    threads : of ONNX Runtime inside one operator; 1 where several processes share the processor
    provider : what of ONNX Runtime does the work, by its name without "ExecutionProvider", such as
        CUDA, Dml or CoreML; CPU does what it cannot

    Raises
    ------
    ModelError
        where file or card is missing, or hash, names, shapes, preprocessing version or the score of
        the check image disagree, or where the provider is not there; the sentence says which
    """
    if not path.is_file():
        raise ModelError(f"{path}: no such model file; give the path of an .onnx file.")
    card = read_card(card_path_for(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error}).") from error
    found_hash = hashlib.sha256(data).hexdigest()
    if found_hash != card.onnx_sha256:
        raise ModelError(
            f"{path}: its SHA-256 is {found_hash[:12]}, the card says {card.onnx_sha256[:12]}; "
            "file and card do not belong together. Export or copy both again."
        )
    if card.preprocessing.version != PREPROCESSING_VERSION:
        raise ModelError(
            f"{path}: was trained with preprocessing version {card.preprocessing.version}, this "
            f"program has version {PREPROCESSING_VERSION}; export the model again."
        )
    session = _open_session(path, data, threads, _find_providers(provider))
    _verify_tensors(path, card, session)
    model = Model(card, path, session)
    _verify_check_image(model)
    return model


def _find_providers(name: str) -> list[str]:
    """Give the execution provider of a name, and the processor's for what it cannot do."""
    available = {
        provider.removesuffix(_PROVIDER).casefold(): provider
        for provider in onnxruntime.get_available_providers()
    }
    wanted = available.get(name.removesuffix(_PROVIDER).casefold())
    if wanted is None:
        names = ", ".join(provider.removesuffix(_PROVIDER) for provider in available.values())
        raise ModelError(
            f"{name}: ONNX Runtime has no such execution provider here, it has {names}; correct "
            "the setting execution_provider, or install the ONNX Runtime that has it."
        )
    return list(dict.fromkeys([wanted, f"CPU{_PROVIDER}"]))


def _open_session(
    path: Path, data: bytes, threads: int, providers: list[str]
) -> onnxruntime.InferenceSession:
    """Open the bytes whose hash was verified; weights in other files are not, and are refused."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(data, options, providers=providers)
    except Exception as error:  # the runtime raises types of its own making
        raise ModelError(f"{path}: ONNX Runtime cannot load it: {error}") from error


def _verify_tensors(path: Path, card: ModelCard, session: onnxruntime.InferenceSession) -> None:
    for kind, tensors, nodes in (
        ("input", card.inputs, session.get_inputs()),
        ("output", card.outputs, session.get_outputs()),
    ):
        shapes = {node.name: node.shape for node in nodes}
        for tensor in tensors:
            rank = _RANKS[tensor.role]
            if len(card.populations) > 1 and tensor.role in _ROLES_OF_POPULATIONS:
                rank += 1
            if len(tensor.shape) != rank:
                raise ModelError(
                    f"{path}: {kind} {tensor.name!r} has the shape {tensor.shape} in the card; a "
                    f"{tensor.role} has {rank} dimensions here."
                )
            if tensor.name not in shapes:
                raise ModelError(
                    f"{path}: has no {kind} {tensor.name!r}, which the card names; "
                    f"it has {sorted(shapes)}."
                )
            found = tuple(size if isinstance(size, int) else None for size in shapes[tensor.name])
            if found != tensor.shape:
                raise ModelError(
                    f"{path}: {kind} {tensor.name!r} has the shape {found}, "
                    f"the card says {tensor.shape}."
                )
    spec = card.preprocessing
    image_shape = card.tensor("image").shape
    if image_shape != (None, spec.rows, spec.columns, 1):
        raise ModelError(
            f"{path}: the input has the shape {image_shape}, the card's preprocessing makes "
            f"{(None, spec.rows, spec.columns, 1)}."
        )


def _verify_check_image(model: Model) -> None:
    check = model.card.check_image
    spec = model.card.preprocessing
    try:
        image = make_check_image(check.formula, spec.rows, spec.columns)
        found = model.predict(image[np.newaxis]).probability.reshape(-1).tolist()
    except (ValueError, ScoringError) as error:
        raise ModelError(f"{model.path}: the check image could not be scored: {error}") from error
    names = [f" for {population.name}" for population in model.card.populations] or [""]
    for name, score, expected in zip(names, found, check.probabilities, strict=True):
        if abs(score - expected) > check.tolerance:
            raise ModelError(
                f"{model.path}: the check image scores {score:.6f}{name}, the card says "
                f"{expected:.6f} within {check.tolerance:g}; the model is not used."
            )
