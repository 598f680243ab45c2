"""The trained network as an ONNX graph that gives probability and heatmap in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

from training.evaluation.calibration import UNCALIBRATED
from training.fitting.network import HEAD_NAME, POOLING_NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.evaluation.calibration import Calibration

__all__ = [
    "HEATMAP",
    "IMAGE",
    "PROBABILITY",
    "DenseUnit",
    "fold_head",
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
    """The head as one linear unit over the pooled features.

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


def fold_head(network: keras.Model) -> DenseUnit:
    """Fold the head's batch normalisation, if it has one, into its dense unit.

    In inference, batch normalisation is ``gamma (x - mean) / sqrt(variance + epsilon) + beta``,
    which is linear in each channel, and dropout is nothing. So the head is one linear unit.
    """
    head = network.get_layer(HEAD_NAME)
    kernel, bias = (
        np.asarray(value, np.float64) for value in head.get_layer("logit").get_weights()
    )
    weights, offset = kernel[:, 0], float(bias[0])
    for layer in head.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (
                np.asarray(value, np.float64) for value in layer.get_weights()
            )
            scale = gamma / np.sqrt(variance + layer.epsilon)
            offset += float(np.sum(weights * (beta - mean * scale)))
            weights = weights * scale
    return DenseUnit(weights.astype(np.float32), offset)


def to_onnx(network: keras.Model, calibration: Calibration = UNCALIBRATED) -> Any:
    """Convert a trained network.

    Parameters
    ----------
    network : from `training.fitting.network.build_network`, trained
    calibration : of its logit; is folded into the last unit, so that the map is calibrated as well

    Returns
    -------
    `onnx.ModelProto` with the input ``image`` ``(n, rows, columns, 1)`` float32 in [0, 255], and
    the outputs ``probability`` ``(n,)`` and ``heatmap`` ``(n, h, w)`` in [0, 1]

    Notes
    -----
    The local logit ``m(y, x)`` is the head applied to the features of one place; its mean over the
    places is the logit, since pooling and head are linear (Zhou et al., CVPR 2016). The heatmap is
    ``max(m, 0)`` divided by its peak and multiplied by the probability: its peak is the image's
    probability, so that a low score has a cold map; where no place speaks for pneumonia it is 0.
    """
    answer = make_answer(network, calibration)
    model, _ = tf2onnx.convert.from_function(
        answer, input_signature=answer.input_signature, opset=_OPSET
    )
    _rename_outputs(model, [PROBABILITY, HEATMAP])
    _free_batch(model)
    model.producer_name = "triage-export"
    onnx.checker.check_model(model, full_check=True)
    return model


def make_answer(
    network: keras.Model, calibration: Calibration = UNCALIBRATED
) -> tf.types.experimental.PolymorphicFunction:
    """Make the function from images to probability and heatmap that `to_onnx` converts."""
    unit = fold_head(network).calibrated(calibration)
    to_features = keras.Model(network.input, _features_of(network))
    kernel = unit.weights.reshape(1, 1, -1, 1)
    _, rows, columns, channels = network.input.shape

    @tf.function(  # type: ignore[untyped-decorator]  # tensorflow has no type hints
        input_signature=[tf.TensorSpec([None, rows, columns, channels], tf.float32, name=IMAGE)]
    )
    def answer(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        features = to_features(image, training=False)
        local = tf.nn.conv2d(features, kernel, strides=1, padding="VALID")[..., 0] + unit.bias
        probability = tf.sigmoid(tf.reduce_mean(local, axis=[1, 2]))
        heat = tf.nn.relu(local)
        peak = tf.reduce_max(heat, axis=[1, 2], keepdims=True)
        heatmap = heat / tf.maximum(peak, _COLDEST) * probability[:, tf.newaxis, tf.newaxis]
        return probability, heatmap

    return answer


def local_logits(network: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the head's answer for each place, ``(n, h, w)``; its mean over places is the logit."""
    unit = fold_head(network)
    features = np.asarray(keras.Model(network.input, _features_of(network))(images, training=False))
    local: NDArray[np.float32] = features @ unit.weights + np.float32(unit.bias)
    return local


def _features_of(network: keras.Model) -> keras.KerasTensor:
    """Output of the base inside the network, before pooling."""
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
