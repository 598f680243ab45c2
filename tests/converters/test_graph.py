"""The exported arithmetic is the network's own."""

import numpy as np
import pytest

from tests.converters.conftest import KERAS_WARNING

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_WARNING)]


@pytest.fixture(scope="module")
def network(base_weights: str):
    """Build v2's network with a head that normalises unevenly, as a trained one does."""
    from training.fitting.network import HEAD_NAME, build_network  # noqa: PLC0415 - slow
    from training.recipes import RECIPES  # noqa: PLC0415
    from triage_app.imaging.preprocessing import PreprocessingSpec  # noqa: PLC0415

    network = build_network(RECIPES["v2"], PreprocessingSpec(), base_weights)
    generator = np.random.default_rng(5)
    head = network.get_layer(HEAD_NAME)
    channels = head.get_layer("logit").get_weights()[0].shape[0]
    head.get_layer("normalisation").set_weights(
        [
            generator.uniform(0.5, 1.5, channels),
            generator.normal(0, 0.1, channels),
            generator.uniform(0, 0.6, channels),
            generator.uniform(0.1, 0.5, channels),
        ]
    )
    head.get_layer("logit").set_weights(
        [generator.normal(0, 0.05, (channels, 1)), np.array([-0.3])]
    )
    return network


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    generator = np.random.default_rng(1)
    coarse = generator.uniform(0, 255, (6, 7, 7, 1)).repeat(32, axis=1).repeat(32, axis=2)
    return np.clip(coarse + generator.normal(0, 20, coarse.shape), 0, 255).astype(np.float32)


def test_mean_of_the_local_logits_is_the_logit(network, images: np.ndarray) -> None:
    from converters.graph import local_logits  # noqa: PLC0415 - slow

    local = local_logits(network, images)
    logit = np.asarray(network(images, training=False))[:, 0]
    assert local.shape == (6, 7, 7)
    assert np.ptp(local) > 0
    assert local.mean(axis=(1, 2)) == pytest.approx(logit, rel=1e-5, abs=1e-5)


def test_heatmap_is_the_positive_part_scaled_to_the_probability(
    network, images: np.ndarray
) -> None:
    from converters.graph import local_logits, make_answer  # noqa: PLC0415 - slow

    probability, heatmap = (np.asarray(value) for value in make_answer(network)(images))
    local = local_logits(network, images)
    positive = np.maximum(local, 0)
    for index in range(len(images)):
        peak = positive[index].max()
        expected = positive[index] / peak * probability[index] if peak > 0 else positive[index]
        assert heatmap[index] == pytest.approx(expected, abs=1e-5)


def test_where_nothing_speaks_for_pneumonia_the_map_is_cold(network, images: np.ndarray) -> None:
    from converters.graph import make_answer  # noqa: PLC0415 - slow
    from training.fitting.network import HEAD_NAME  # noqa: PLC0415 - slow

    unit = network.get_layer(HEAD_NAME).get_layer("logit")
    kernel, bias = unit.get_weights()
    try:
        unit.set_weights([kernel, np.array([-1000.0])])
        probability, heatmap = make_answer(network)(images)
    finally:
        unit.set_weights([kernel, bias])
    assert np.all(np.asarray(heatmap) == 0)
    assert np.all(np.asarray(probability) < 1e-6)


def test_graph_has_the_promised_names_and_shapes(network) -> None:
    from converters.graph import to_onnx  # noqa: PLC0415 - slow

    graph = to_onnx(network).graph

    def shapes(values) -> dict[str, list[object]]:
        return {
            value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
            for value in values
        }

    assert shapes(graph.input) == {"image": ["n", 224, 224, 1]}
    assert shapes(graph.output) == {"probability": ["n"], "heatmap": ["n", 7, 7]}


def test_a_calibration_moves_the_map_as_well_as_its_mean(network, images: np.ndarray) -> None:
    from converters.graph import make_answer  # noqa: PLC0415 - slow
    from training.evaluation.calibration import Calibration, to_logit  # noqa: PLC0415

    calibration = Calibration(0.5, 0.8)
    before, _ = (np.asarray(value) for value in make_answer(network)(images))
    after, heatmap = (np.asarray(value) for value in make_answer(network, calibration)(images))
    assert after == pytest.approx(calibration.apply_to_logit(to_logit(before)), abs=1e-5)
    warm = heatmap.max(axis=(1, 2)) > 0
    assert warm.any()
    assert heatmap.max(axis=(1, 2))[warm] == pytest.approx(after[warm], abs=1e-6)


def test_a_standardised_input_makes_exposure_and_contrast_say_nothing(base_weights: str) -> None:
    from training.fitting.network import build_network  # noqa: PLC0415 - slow
    from training.recipes import RECIPES  # noqa: PLC0415
    from triage_app.imaging.preprocessing import PreprocessingSpec  # noqa: PLC0415

    network = build_network(RECIPES["final"], PreprocessingSpec(), base_weights)
    generator = np.random.default_rng(3)
    # of about the usual contrast, so that nothing is clipped
    coarse = generator.uniform(70, 210, (2, 14, 14, 1)).repeat(16, axis=1).repeat(16, axis=2)
    first = np.asarray(network(coarse.astype(np.float32), training=False))
    second = np.asarray(network((coarse * 0.7 + 40).astype(np.float32), training=False))
    assert second == pytest.approx(first, abs=0.02)
    assert np.isfinite(np.asarray(network(np.zeros((1, 224, 224, 1), np.float32)))).all()
