"""A calibration put into an exported graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from training.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.evaluation.calibration import Calibration

__all__ = ["insert_calibration"]

_MEANS = ("ReduceMean", "GlobalAveragePool")


def insert_calibration(
    model_path: Path, probability: str, calibrations: Sequence[Calibration]
) -> Any:
    """Put slope and intercept before the sigmoid that makes the probability.

    Parameters
    ----------
    model_path : ONNX file
    probability : name of that output
    calibrations : of the model's present probability, one for each population in the order of the
        output's axis 1; one for all where it has no such axis

    Returns
    -------
    `onnx.ModelProto`

    Raises
    ------
    ExportError
        where the file cannot be read or the probability is not made by a sigmoid

    Notes
    -----
    Where the logit is the mean of a map of local logits, as `converters.graph.to_onnx` makes it,
    the map is calibrated and not its mean. The mean of ``slope m + intercept`` is
    ``slope mean(m) + intercept``, so that the heatmap stays the exact class activation map of the
    calibrated score.
    """
    try:
        model = onnx.load(model_path, load_external_data=False)
    except Exception as error:  # protobuf raises types of its own making
        raise ExportError(f"{model_path}: cannot be read as ONNX ({error}).") from error
    makers = {name: node for node in model.graph.node for name in node.output}
    sigmoid = makers.get(probability)
    while sigmoid is not None and sigmoid.op_type in {"Identity", "Squeeze", "Reshape"}:
        sigmoid = makers.get(sigmoid.input[0])
    if sigmoid is None or sigmoid.op_type != "Sigmoid":
        raise ExportError(
            f"{model_path}: its probability does not come from a sigmoid, so that it cannot be "
            "calibrated in place; export it again with 'triage-export'."
        )
    logit = sigmoid.input[0]
    mean = makers.get(logit)
    # where nothing else reads the map, it is an image or a feature, and no map of local logits
    place, axis = logit, -1
    if mean is not None and mean.op_type in _MEANS and mean.input[0] in makers:
        others = [node for node in model.graph.node if mean.input[0] in node.input]
        if len(others) > 1:
            place = mean.input[0]
            axis = _axis_left(model, mean)
    _insert_line(model, place, makers[place], calibrations, axis)
    onnx.checker.check_model(model)
    return model


def _axis_left(model: onnx.ModelProto, mean: onnx.NodeProto) -> int:
    """Give the axis that a mean over places leaves beside the batch, counted from the end."""
    if mean.op_type == "GlobalAveragePool":
        return -3
    constants = {each.name: each for each in model.graph.initializer}
    stated = [list(each.ints) for each in mean.attribute if each.name == "axes"]
    if not stated and len(mean.input) > 1 and mean.input[1] in constants:
        stated = [onnx.numpy_helper.to_array(constants[mean.input[1]]).reshape(-1).tolist()]
    # rows and columns are the last ones, or the populations are
    return -3 if stated and sorted(stated[0]) in ([-2, -1], [2, 3]) else -1


def _insert_line(
    model: onnx.ModelProto,
    place: str,
    maker: onnx.NodeProto,
    calibrations: Sequence[Calibration],
    axis: int,
) -> None:
    """Insert a multiplication and an addition between a tensor and all that reads it."""
    taken = {name for node in model.graph.node for name in (*node.input, *node.output)}
    number = next(n for n in range(1, len(taken) + 2) if f"calibration_{n}/result" not in taken)
    slope, intercept, scaled, result = (
        f"calibration_{number}/{part}" for part in ("slope", "intercept", "scaled", "result")
    )
    # a number for all, or one for each population that stands on its axis
    shape = () if len(calibrations) == 1 else (len(calibrations), *(1,) * (-1 - axis))
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name == place:
                node.input[index] = result
    for name, values in (
        (slope, [calibration.slope for calibration in calibrations]),
        (intercept, [calibration.intercept for calibration in calibrations]),
    ):
        constant = onnx.numpy_helper.from_array(np.array(values, np.float32).reshape(shape), name)
        model.graph.initializer.append(constant)
    nodes = [
        onnx.helper.make_node("Mul", [place, slope], [scaled], name=scaled),
        onnx.helper.make_node("Add", [scaled, intercept], [result], name=result),
    ]
    # nodes stand in the order in which they are computed
    after = list(model.graph.node).index(maker) + 1
    for offset, node in enumerate(nodes):
        model.graph.node.insert(after + offset, node)
