"""Where the cells of a trained network's heatmap look, measured on the network."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import keras
import numpy as np
import tensorflow as tf

from converters.graph import features_of, fold_heads
from training.data.case import Case, Part
from training.data.images import load_training_images
from training.data.manifest import read_manifest
from training.errors import ExportError
from triage_app.inference.card import ModelCard, card_path_for, write_card
from triage_app.inference.heatmap import HeatmapGeometry
from triage_app.inference.session import load_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.run_folder import RunFolder
    from triage_app.imaging.preprocessing import PreprocessingSpec

__all__ = ["add_heatmap_geometry", "measure_heatmap_geometry", "measure_on_cases"]

_log = logging.getLogger(__name__)

_IMAGES: Final = 24


def measure_heatmap_geometry(
    network: keras.Model, images: NDArray[np.float32]
) -> HeatmapGeometry | None:
    """Measure the centres of the cells by what each of them answers to.

    Parameters
    ----------
    network : from `training.fitting.network.build_network`, trained
    images : (n, rows, columns, 1) in [0, 255], as reading makes them

    Returns
    -------
    None where the network answers to nothing, or its centres lie more than a cell from the middle
    of their cells, so that the measurement is not to be believed

    Notes
    -----
    The effective receptive field of a cell is the square of the gradient of its local logit by the
    pixels (Luo et al., NeurIPS 2016); its centroid is what the cell looks at. Only the middle third
    of the cells is measured: the edge of the image cuts the fields of the outer ones. Each image is
    also taken mirrored, upside down and both, so that what the images have on one side cancels and
    what remains is the network's own. The stride is the input's size over the number of cells,
    since the network halves both alike.

    By arithmetic alone the centres of MobileNetV2 at 224 lie 15.5 pixels below and right of the
    middle of their cells: Keras pads each halving, of an even size, by one at the right and at the
    bottom only. That is where the farthest pixels reach; the weights are not spread evenly, so that
    the measured shift is smaller.
    """
    _, rows, columns, _ = network.input.shape
    squared_gradients = _squared_gradients_of(network)
    shifts = np.array([_shift(squared_gradients, image) for image in images])
    high, wide = _cells(network)
    stride = rows / high, columns / wide
    if not np.isfinite(shifts).all():
        _log.warning("the network answers to no pixel of some image: no geometry of its heatmap")
        return None
    by_row, by_column = (float(value) for value in shifts.mean(axis=0))
    error = shifts.std(axis=0) / np.sqrt(len(shifts))
    _log.info(
        "heatmap: cells look %.1f +- %.1f pixels below and %.1f +- %.1f right of their middle",
        by_row, error[0], by_column, error[1],
    )  # fmt: skip
    if abs(by_row) > stride[0] or abs(by_column) > stride[1]:
        _log.warning("that is more than a cell, and not believed")
        return None
    return HeatmapGeometry(
        first_row=round(stride[0] / 2 + by_row, 2),
        first_column=round(stride[1] / 2 + by_column, 2),
        row_stride=stride[0],
        column_stride=stride[1],
    )


def measure_on_cases(
    network: keras.Model, cases: Sequence[Case], spec: PreprocessingSpec
) -> HeatmapGeometry | None:
    """Measure on images of a run that the network was not trained on, as far as there are."""
    images = load_training_images(_choose(cases), spec).astype(np.float32)
    return measure_heatmap_geometry(network, images)


def add_heatmap_geometry(run: RunFolder, model_path: Path) -> ModelCard:
    """Measure the geometry of an exported model on its run's network and write it into its card.

    Raises
    ------
    ModelError
        where the model or its card is refused
    RunError
        where the run is not finished
    ExportError
        where the model is not of this run, or the measurement gives nothing
    """
    card = load_model(model_path).card
    settings = run.read_settings()
    if card.run_id != settings.run_id:
        raise ExportError(
            f"{model_path}: is of the run {card.run_id}, not of {run.path} ({settings.run_id}); "
            "give the run that it was exported from."
        )
    network = keras.models.load_model(run.network, compile=False, safe_mode=True)
    geometry = measure_on_cases(network, read_manifest(run.split), settings.preprocessing)
    if geometry is None:
        raise ExportError(f"{run.path}: no geometry could be measured; the card is as before.")
    card = card.model_copy(update={"heatmap_geometry": geometry})
    write_card(card, card_path_for(model_path))
    return card


def _choose(cases: Sequence[Case]) -> list[Case]:
    """Take the first images of each label that the network was not trained on."""
    in_order = sorted(cases, key=lambda case: (case.part is Part.TRAIN, case.name))
    ill = [case for case in in_order if case.is_pneumonia][: _IMAGES // 2]
    return ill + [case for case in in_order if not case.is_pneumonia][: _IMAGES - len(ill)]


def _cells(network: keras.Model) -> tuple[int, int]:
    _, high, wide, _ = features_of(network).shape
    return int(high), int(wide)


def _shift(
    squared_gradients: Callable[[tf.Tensor], tf.Tensor], image: NDArray[np.float32]
) -> tuple[float, float]:
    """Rows and columns from the middle of the cells to what they answer to; NaN for nothing."""
    turned = np.stack([image, image[::-1], image[:, ::-1], image[::-1, ::-1]])
    fields = squared_gradients(tf.constant(turned)).numpy().astype(np.float64)
    total = fields.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = (fields.sum(axis=-1) @ (np.arange(fields.shape[-2]) + 0.5)) / total
        columns = (fields.sum(axis=-2) @ (np.arange(fields.shape[-1]) + 0.5)) / total
    # the measured cells lie about the middle of the image, and so does the mean of their middles
    return float(rows.mean()) - fields.shape[-2] / 2, float(columns.mean()) - fields.shape[-1] / 2


def _middle(cells: int) -> slice:
    return slice(cells // 3, cells - cells // 3)


def _squared_gradients_of(network: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """Make the function from images to effective receptive fields.

    Returns
    -------
    from (n, rows, columns, 1) to (h, w, rows, columns): for each of the middle cells, the squared
    gradients of its local logits, summed over images and heads
    """
    to_features = keras.Model(network.input, features_of(network))
    kernel = np.stack([unit.weights for unit in fold_heads(network)], axis=-1)[None, None]
    high, wide = map(_middle, _cells(network))

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]  # no type hints
    def squared(images: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(images)
            features = to_features(images, training=False)[:, high, wide]
            local = tf.nn.conv2d(features, kernel, strides=1, padding="VALID")
            # images do not mix: the gradient of the sum over them holds each one's own
            summed = tf.reduce_sum(local, axis=0)
        gradients = tape.jacobian(summed, images, experimental_use_pfor=False)
        return tf.reduce_sum(tf.square(gradients[..., 0]), axis=[2, 3])

    return squared  # type: ignore[no-any-return]
