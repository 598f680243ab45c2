"""A network of four operations with a true card: quick to make, to load and to run.

Its probability grows with the mean grey of the image, its heatmap is the image in 7 x 7 cells, so
that a test can foretell both.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from triage_app.imaging.eligibility import AgeRange, EligibilityCriteria
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.card import (
    CheckImage,
    DataSet,
    Estimate,
    ModelCard,
    OperatingPoint,
    Tensor,
    card_path_for,
    sha256_of_file,
    write_card,
)
from triage_app.inference.check_image import make_check_image

__all__ = ["MIDDLE_GREY", "expected_probability", "write_tiny_model"]

SIZE = 224
MIDDLE_GREY = 127.5
"""Mean grey of an image that scores one half."""
SLOPE = 0.05


def expected_probability(mean_grey: float) -> float:
    """Give the probability of an image by its mean grey."""
    return float(1.0 / (1.0 + np.exp(-SLOPE * (mean_grey - MIDDLE_GREY))))


def make_graph() -> onnx.ModelProto:
    """Make the ONNX graph: sigmoid of the mean grey, and the grey of 7 x 7 cells."""

    def constant(name: str, values: object, dtype: type) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(values, dtype=dtype), name)

    nodes = [
        helper.make_node("ReduceMean", ["image", "all_axes"], ["mean"], keepdims=0),
        helper.make_node("Sub", ["mean", "middle"], ["centred"]),
        helper.make_node("Mul", ["centred", "slope"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
        helper.make_node("Transpose", ["image"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "AveragePool", ["planes"], ["cells"], kernel_shape=[32, 32], strides=[32, 32]
        ),
        helper.make_node("Squeeze", ["cells", "channel_axis"], ["grey"]),
        helper.make_node("Div", ["grey", "white"], ["heatmap"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [None, SIZE, SIZE, 1])],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None]),
            helper.make_tensor_value_info("heatmap", TensorProto.FLOAT, [None, 7, 7]),
        ],
        [
            constant("all_axes", [1, 2, 3], np.int64),
            constant("channel_axis", [1], np.int64),
            constant("middle", MIDDLE_GREY, np.float32),
            constant("slope", SLOPE, np.float32),
            constant("white", 255.0, np.float32),
        ],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9, producer_name="tests"
    )


def write_tiny_model(
    folder: Path, *, name: str = "tiny", device_uid: str = "1.2.826.0.1.1"
) -> Path:
    """Write the network and its card.

    Returns
    -------
    Path
        of the ONNX file
    """
    path = folder / f"{name}.onnx"
    onnx.save(make_graph(), path)
    unknown = Estimate(value=0.5)
    card = ModelCard(
        name=name,
        version="1",
        device_uid=device_uid,
        created=date(2026, 1, 2),
        onnx_sha256=sha256_of_file(path),
        architecture="mean grey",
        inputs=(Tensor(name="image", role="image", shape=(None, SIZE, SIZE, 1)),),
        outputs=(
            Tensor(name="probability", role="probability", shape=(None,)),
            Tensor(name="heatmap", role="heatmap", shape=(None, 7, 7)),
        ),
        preprocessing=PreprocessingSpec(rows=SIZE, columns=SIZE),
        eligibility=EligibilityCriteria(
            sop_class_uids=("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1"),
            modalities=("CR", "DX"),
            body_parts=("CHEST", "THORAX"),
            view_positions=("PA", "AP"),
            training_ages=AgeRange(lowest_years=1, highest_years=5),
            smallest_matrix=SIZE,
        ),
        operating_points=(
            OperatingPoint(
                name="half",
                threshold=0.5,
                chosen_for="one half",
                sensitivity=unknown,
                specificity=unknown,
                data_set="none",
                n=1,
            ),
        ),
        data_sets=(
            DataSet(
                name="none", used_for="nothing", images=0, patients=0, licence="none", source="none"
            ),
        ),
        known_limits=("knows nothing of lungs",),
        intended_use="tests",
        check_image=CheckImage(
            formula="two_lungs",
            probability=expected_probability(
                float(make_check_image("two_lungs", SIZE, SIZE).mean())
            ),
            tolerance=1e-3,
        ),
        tool_versions={"onnx": onnx.__version__},
        run_id="tiny",
    )
    write_card(card, card_path_for(path))
    return path
