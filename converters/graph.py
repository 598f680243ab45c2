"""The trained network as an ONNX graph that gives probability and heatmap in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

from training.fitting.network import HEAD_NAME, POOLING_NAME, heads_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.evaluation.calibration import Calibration

__all__ = [
    "HEATMAP",
    "IMAGE",
    "PROBABILITY",
    "DenseUnit",
    "FurtherOutput",
    "calibrated_units",
    "features_of",
    "fold_heads",
    "local_logits",
    "make_answer",
    "to_onnx",
]

IMAGE: Final = "image"
PROBABILITY: Final = "probability"
HEATMAP: Final = "heatmap"

_OPSET: Final = 18
"""The newest that tf2onnx writes."""

_COLDEST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class DenseUnit:
    """One population's head as a linear unit over the pooled features.

    Attributes
    ----------
    weights : (channels,) float32
    bias : added
    """

    weights: NDArray[np.float32]
    bias: float

    def calibrated(self, calibration: Calibration) -> DenseUnit:
        """Fold a calibration in: it is linear too."""
        return DenseUnit(
            self.weights * np.float32(calibration.slope),
            self.bias * calibration.slope + calibration.intercept,
        )


@dataclass(frozen=True, slots=True)
class FurtherOutput:
    """What a graph shall say beyond probability and heatmap, in the same pass.

    Attributes
    ----------
    name : of the output
    compute : from the images ``(n, rows, columns, 1)`` in [0, 255] and the base's features before
        pooling ``(n, h, w, channels)`` to the output ``(n, ...)``; called once, while the graph is
        drawn
    """

    name: str
    compute: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def fold_heads(network: keras.Model) -> tuple[DenseUnit, ...]:
    """Fold each head's batch normalisation, if it has one, into its dense unit.

    Parameters
    ----------
    network : with one head (`HEAD_NAME`), whose dense layer ``logit`` has a unit for each
        population; or with a head for each, named ``head_<population>``

    Returns
    -------
    a unit for each population, in the order of the network's logits

    Notes
    -----
    In inference, batch normalisation is ``gamma (x - mean) / sqrt(variance + epsilon) + beta``,
    which is linear in each channel, and dropout is nothing. So a head is linear units.
    """
    heads = heads_of(network)
    if not heads:
        raise ValueError(
            f"expected a layer {HEAD_NAME!r} or '{HEAD_NAME}_...', received "
            f"{[layer.name for layer in network.layers]}"
        )
    return tuple(unit for head in heads for unit in _fold(head))


def _fold(head: keras.Model) -> list[DenseUnit]:
    weights, offsets = (
        np.asarray(value, np.float64) for value in head.get_layer("logit").get_weights()
    )
    for layer in head.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (
                np.asarray(value, np.float64) for value in layer.get_weights()
            )
            scale = gamma / np.sqrt(variance + layer.epsilon)
            offsets = offsets + (beta - mean * scale) @ weights
            weights = weights * scale[:, np.newaxis]
    return [
        DenseUnit(column.astype(np.float32), float(offset))
        for column, offset in zip(weights.T, offsets, strict=True)
    ]


def calibrated_units(
    network: keras.Model, calibrations: Sequence[Calibration]
) -> tuple[DenseUnit, ...]:
    """Fold a network's heads and the calibration of each.

    Raises
    ------
    ValueError
        where there are more of one than of the other
    """
    units = fold_heads(network)
    if len(units) != len(calibrations):
        raise ValueError(
            f"expected a calibration for each of {len(units)} heads, received {len(calibrations)}"
        )
    return tuple(
        unit.calibrated(calibration) for unit, calibration in zip(units, calibrations, strict=True)
    )


def to_onnx(
    network: keras.Model,
    units: Sequence[DenseUnit],
    further: Sequence[FurtherOutput] = (),
) -> Any:
    """Convert a trained network.

    Parameters
    ----------
    network : from `training.fitting.network.build_network`, trained; of it, all but the heads
    units : one for each population, in the card's order, calibrated, over the pooled features; from
        `calibrated_units`
    further : outputs that stand after these two, in this order

    Returns
    -------
    `onnx.ModelProto` with the input ``image`` ``(n, rows, columns, 1)`` float32 in [0, 255], and
    the outputs ``probability`` ``(n,)`` and ``heatmap`` ``(n, h, w)`` in [0, 1]; with several units
    ``(n, units)`` and ``(n, units, h, w)``

    Notes
    -----
    The local logit ``m(y, x)`` is the unit applied to the features of one place; its mean over the
    places is the logit, since pooling and unit are linear (Zhou et al., CVPR 2016). The heatmap is
    ``max(m, 0)`` divided by its peak and multiplied by the probability: its peak is the image's
    probability, so that a low score has a cold map; where no place speaks for pneumonia it is 0.
    """
    answer = make_answer(network, units, further)
    model, _ = tf2onnx.convert.from_function(
        answer, input_signature=answer.input_signature, opset=_OPSET
    )
    _rename_outputs(model, [PROBABILITY, HEATMAP, *(output.name for output in further)])
    _free_batch(model)
    model.producer_name = "triage-export"
    onnx.checker.check_model(model, full_check=True)
    return model


def make_answer(
    network: keras.Model,
    units: Sequence[DenseUnit],
    further: Sequence[FurtherOutput] = (),
) -> tf.types.experimental.PolymorphicFunction:
    """Make the function from images to outputs that `to_onnx` converts; its parameters are those.

    Raises
    ------
    ValueError
        where there is no unit
    """
    if not units:
        raise ValueError("expected at least one unit, received none")
    to_features = keras.Model(network.input, features_of(network))
    kernel = np.stack([unit.weights for unit in units], axis=-1)[np.newaxis, np.newaxis]
    biases = np.array([unit.bias for unit in units], np.float32)
    _, rows, columns, channels = network.input.shape

    @tf.function(  # type: ignore[untyped-decorator]  # tensorflow has no type hints
        input_signature=[tf.TensorSpec([None, rows, columns, channels], tf.float32, name=IMAGE)]
    )
    def answer(image: tf.Tensor) -> tuple[tf.Tensor, ...]:
        features = to_features(image, training=False)
        local = tf.nn.conv2d(features, kernel, strides=1, padding="VALID") + biases
        # one population has no axis of its own: (n, h, w); several have (n, populations, h, w)
        local = local[..., 0] if len(units) == 1 else tf.transpose(local, [0, 3, 1, 2])
        probability = tf.sigmoid(tf.reduce_mean(local, axis=[-2, -1]))
        heat = tf.nn.relu(local)
        peak = tf.reduce_max(heat, axis=[-2, -1], keepdims=True)
        heatmap = heat / tf.maximum(peak, _COLDEST) * probability[..., tf.newaxis, tf.newaxis]
        return probability, heatmap, *(output.compute(image, features) for output in further)

    return answer


def local_logits(network: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give each head's answer for each place, ``(n, heads, h, w)``; its mean is the logit."""
    units = fold_heads(network)
    features = np.asarray(keras.Model(network.input, features_of(network))(images, training=False))
    local = [features @ unit.weights + np.float32(unit.bias) for unit in units]
    return np.stack(local, axis=1).astype(np.float32)


def features_of(network: keras.Model) -> keras.KerasTensor:
    """Give the output of the base inside the network, before pooling."""
    return network.get_layer(POOLING_NAME).input


def _rename_outputs(model: onnx.ModelProto, names: list[str]) -> None:
    """Give the graph's outputs our names: tf2onnx keeps those of TensorFlow's identities."""
    renamed = dict(zip([output.name for output in model.graph.output], names, strict=True))
    for node in model.graph.node:
        for names_of_node in (node.input, node.output):
            for index, name in enumerate(names_of_node):
                names_of_node[index] = renamed.get(name, name)
    for output in model.graph.output:
        output.name = renamed[output.name]


def _free_batch(model: onnx.ModelProto) -> None:
    """Name the batch dimension of inputs and outputs, so that no reader takes it for a number."""
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n"
