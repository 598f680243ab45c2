"""A model small enough to be understood: the brighter the image, the higher its probability.

``probability = sigmoid((mean grey - 128) / 32)`` and each cell of the heatmap is the mean grey of
its 32 x 32 pixels, divided by 255. So what a test expects of it can be computed by hand.

With populations, children are read so and adults the other way round: for them the probability is
``1 - probability``, and each cell of the heatmap is ``1 - cell``.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from triage_app.imaging.eligibility import AgeRange, EligibilityCriteria
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.card import (
    CheckImage,
    DataSet,
    Estimate,
    ModelCard,
    OperatingPoint,
    Population,
    Tensor,
    write_card,
)
from triage_app.inference.check_image import make_check_image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE = 224
CELLS = 7
DEVICE_UID = "1.2.826.0.1.3680043.8.498.1"


def expected_probability(image: NDArray[np.float32]) -> float:
    """Say what the model must give to one image of (rows, columns, 1)."""
    return float(1.0 / (1.0 + np.exp(-(float(image.mean(dtype=np.float64)) - 128.0) / 32.0)))


def write_tiny_model(
    folder: Path,
    name: str = "tiny",
    *,
    probability_offset: float = 0.0,
    heatmap_offset: float = 0.0,
    likeness: float | None = None,
    external_weights: str = "",
    populations: bool = False,
    card_changes: dict[str, Any] | None = None,
) -> Path:
    """Write the model and its card, and give the path of the ONNX file.

    Parameters
    ----------
    folder : that exists
    name : of both files
    probability_offset, heatmap_offset : added to the output; NaN makes a broken model
    likeness : what the output `in_distribution` says of every image; None for no such output
    external_weights : name of a file beside the model that its numbers are moved to
    populations : whether it reads children and adults apart
    card_changes : fields of the card to replace, as `ModelCard.model_copy` takes them
    """
    path = folder / f"{name}.onnx"
    _write_onnx(path, probability_offset, heatmap_offset, likeness, external_weights, populations)
    card = tiny_card(
        hashlib.sha256(path.read_bytes()).hexdigest(),
        with_likeness=likeness is not None,
        populations=populations,
    )
    write_card(card.model_copy(update=card_changes or {}), path.with_suffix(".json"))
    return path


def _write_onnx(
    path: Path,
    probability_offset: float,
    heatmap_offset: float,
    likeness: float | None,
    external_weights: str,
    populations: bool,
) -> None:
    onnx = pytest.importorskip("onnx", reason="makes a model; part of the extra `training`")
    helper = onnx.helper
    numbers = {
        "middle": [128.0],
        "spread": [32.0],
        "white": [255.0],
        "probability_offset": [probability_offset],
        "heatmap_offset": [heatmap_offset],
        "one": [1.0],
        "likeness": [0.0 if likeness is None else likeness],
    }
    node = helper.make_node
    nodes = [
        node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3], keepdims=0),
        node("Sub", ["mean", "middle"], ["centred"]),
        node("Div", ["centred", "spread"], ["logit"]),
        *(
            _both(node, "logit", node("Neg", ["logit_of_children"], ["logit_of_adults"]))
            if populations
            else ()
        ),
        node("Sigmoid", ["logits" if populations else "logit"], ["fraction"]),
        node("Add", ["fraction", "probability_offset"], ["probability"]),
        node("Transpose", ["image"], ["planes"], perm=[0, 3, 1, 2]),
        node(
            "AveragePool",
            ["planes"],
            ["cells"],
            kernel_shape=[SIZE // CELLS] * 2,
            strides=[SIZE // CELLS] * 2,
        ),
        node("Squeeze", ["cells", "plane_axis"], ["plane"]),
        node("Div", ["plane", "white"], ["heat"]),
        *(
            _both(node, "heat", node("Sub", ["one", "heat_of_children"], ["heat_of_adults"]))
            if populations
            else ()
        ),
        node("Add", ["heats" if populations else "heat", "heatmap_offset"], ["heatmap"]),
    ]
    floats = onnx.TensorProto.FLOAT
    several = [2] if populations else []
    outputs = [
        helper.make_tensor_value_info("probability", floats, ["n", *several]),
        helper.make_tensor_value_info("heatmap", floats, ["n", *several, CELLS, CELLS]),
    ]
    if likeness is not None:
        nodes += [
            node("Sub", ["mean", "mean"], ["nothing"]),
            node("Add", ["nothing", "likeness"], ["in_distribution"]),
        ]
        outputs.append(helper.make_tensor_value_info("in_distribution", floats, ["n"]))
    initializers = [
        onnx.numpy_helper.from_array(np.array(value, dtype=np.float32), key)
        for key, value in numbers.items()
        if not (key == "likeness" and likeness is None) and not (key == "one" and not populations)
    ]
    initializers.append(onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "plane_axis"))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", floats, ["n", SIZE, SIZE, 1])],
        outputs,
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    if external_weights:
        onnx.save_model(
            model,
            path,
            save_as_external_data=True,
            location=external_weights,
            size_threshold=0,
        )
    else:
        onnx.save_model(model, path)


def _both(node: Any, name: str, of_adults: Any) -> tuple[Any, ...]:
    """Give the nodes that put a value and that of adults on an axis 1 of their own."""
    return (
        node("Unsqueeze", [name, "plane_axis"], [f"{name}_of_children"]),
        of_adults,
        node("Concat", [f"{name}_of_children", f"{name}_of_adults"], [f"{name}s"], axis=1),
    )


CHILDREN = Population(
    name="children",
    lowest_years=0,
    highest_years=16,
    training_ages=AgeRange(lowest_years=1, highest_years=5),
)
ADULTS = Population(
    name="adults",
    lowest_years=16,
    highest_years=150,
    training_ages=AgeRange(lowest_years=20, highest_years=90),
)
ADULT_THRESHOLD = 0.6
"""Of the point "balanced"; the point "sensitive", which adults alone have, has 0.3."""


def tiny_card(
    onnx_sha256: str, *, with_likeness: bool = False, populations: bool = False
) -> ModelCard:
    """Make the card of the model: a frontal chest CR or DX, ages 1 to 5, threshold 0.5.

    With populations, these are `CHILDREN`, who are also those of unknown age, and `ADULTS`.
    """
    check = make_check_image("two_lungs", SIZE, SIZE)
    expected = expected_probability(check)
    several = (2,) if populations else ()
    outputs: list[Tensor] = [
        Tensor(name="probability", role="probability", shape=(None, *several)),
        Tensor(name="heatmap", role="heatmap", shape=(None, *several, CELLS, CELLS)),
    ]
    if with_likeness:
        outputs.append(Tensor(name="in_distribution", role="in_distribution", shape=(None,)))
    return ModelCard(
        name="tiny",
        version="1",
        device_uid=DEVICE_UID,
        created=date(2026, 1, 1),
        onnx_sha256=onnx_sha256,
        architecture="mean grey",
        inputs=(Tensor(name="image", role="image", shape=(None, SIZE, SIZE, 1)),),
        outputs=tuple(outputs),
        preprocessing=PreprocessingSpec(),
        eligibility=EligibilityCriteria(
            sop_class_uids=("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1"),
            modalities=("CR", "DX"),
            body_parts=("CHEST", "THORAX", "LUNG"),
            view_positions=("PA", "AP"),
            training_ages=AgeRange(lowest_years=1, highest_years=5),
            smallest_matrix=16,
            gate_threshold=0.5 if with_likeness else None,
        ),
        populations=(CHILDREN, ADULTS) if populations else (),
        population_without_age="children" if populations else None,
        operating_points=(
            (
                _point("balanced", 0.5, "children"),
                _point("balanced", ADULT_THRESHOLD, "adults"),
                _point("sensitive", 0.3, "adults"),
            )
            if populations
            else (_point("balanced", 0.5),)
        ),
        data_sets=(
            DataSet(
                name="none", used_for="nothing", images=0, patients=0, licence="none", source="none"
            ),
        ),
        known_limits=("It knows brightness and nothing else.",),
        intended_use="Tests.",
        check_image=CheckImage(
            formula="two_lungs",
            probability=(expected, 1 - expected) if populations else expected,
            tolerance=1e-4,
        ),
        tool_versions={},
        run_id="by hand",
    )


def _point(name: str, threshold: float, population: str | None = None) -> OperatingPoint:
    return OperatingPoint(
        name=name,
        population=population,
        threshold=threshold,
        chosen_for="by hand",
        sensitivity=Estimate(value=0.9),
        specificity=Estimate(value=0.9),
        data_set="none",
        n=1,
    )
