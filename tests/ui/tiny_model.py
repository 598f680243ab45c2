"""A real ONNX model of a few operators, with its card: the brighter an image, the more probable."""

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
    Estimate,
    ModelCard,
    OperatingPoint,
    Tensor,
    card_path_for,
    sha256_of_file,
    write_card,
)
from triage_app.inference.check_image import make_check_image

SIZE = 32
CELL = 4
SLOPE = 12.0
THRESHOLD = 0.6

CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"


def write_tiny_model(folder: Path) -> Path:
    """Write ``tiny.onnx`` and its card; gives the path of the former."""
    path = folder / "tiny.onnx"
    nodes = [
        helper.make_node("Div", ["image", "white"], ["unit"]),
        helper.make_node("Transpose", ["unit"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("GlobalAveragePool", ["planes"], ["mean"]),
        helper.make_node("Sub", ["mean", "half"], ["centred"]),
        helper.make_node("Mul", ["centred", "slope"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["sigmoid"]),
        helper.make_node("Reshape", ["sigmoid", "flat"], ["probability"]),
        helper.make_node(
            "AveragePool", ["planes"], ["cells"], kernel_shape=[CELL] * 2, strides=[CELL] * 2
        ),
        helper.make_node("Squeeze", ["cells", "channel"], ["heatmap"]),
    ]
    constants = {
        "white": np.float32(255.0),
        "half": np.float32(0.5),
        "slope": np.float32(SLOPE),
        "flat": np.array([-1], dtype=np.int64),
        "channel": np.array([1], dtype=np.int64),
    }
    cells = SIZE // CELL
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", SIZE, SIZE, 1])],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n"]),
            helper.make_tensor_value_info("heatmap", TensorProto.FLOAT, ["n", cells, cells]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    mean = float(make_check_image("two_lungs", SIZE, SIZE).mean()) / 255.0
    write_card(
        _card(sha256_of_file(path), 1.0 / (1.0 + np.exp(-SLOPE * (mean - 0.5)))),
        card_path_for(path),
    )
    return path


def _card(onnx_sha256: str, check_probability: float) -> ModelCard:
    cells = SIZE // CELL
    return ModelCard(
        name="Tiny",
        version="1.0",
        device_uid="2.25.1234",
        created=date(2025, 1, 1),
        onnx_sha256=onnx_sha256,
        architecture="mean brightness",
        inputs=(Tensor(name="image", role="image", shape=(None, SIZE, SIZE, 1)),),
        outputs=(
            Tensor(name="probability", role="probability", shape=(None,)),
            Tensor(name="heatmap", role="heatmap", shape=(None, cells, cells)),
        ),
        preprocessing=PreprocessingSpec(rows=SIZE, columns=SIZE),
        eligibility=EligibilityCriteria(
            sop_class_uids=(CR, DX),
            modalities=("CR", "DX"),
            body_parts=("CHEST", "THORAX"),
            view_positions=("PA", "AP"),
            training_ages=AgeRange(lowest_years=1, highest_years=5),
            smallest_matrix=8,
        ),
        operating_points=(
            OperatingPoint(
                name="balanced",
                threshold=THRESHOLD,
                chosen_for="tests",
                sensitivity=Estimate(value=0.96, low=0.94, high=0.98),
                specificity=Estimate(value=0.91, low=0.87, high=0.94),
                data_set="made images",
                n=100,
            ),
        ),
        data_sets=(),
        known_limits=("knows brightness only",),
        intended_use="tests",
        check_image=CheckImage(formula="two_lungs", probability=check_probability, tolerance=1e-4),
        tool_versions={},
        run_id="none",
    )
