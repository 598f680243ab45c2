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

    local = local_logits(network, images)[:, 0]
    logit = np.asarray(network(images, training=False))[:, 0]
    assert local.shape == (6, 7, 7)
    assert np.ptp(local) > 0
    assert local.mean(axis=(1, 2)) == pytest.approx(logit, rel=1e-5, abs=1e-5)


def test_heatmap_is_the_positive_part_scaled_to_the_probability(
    network, images: np.ndarray
) -> None:
    from converters.graph import fold_heads, local_logits, make_answer  # noqa: PLC0415 - slow

    answer = make_answer(network, fold_heads(network))
    probability, heatmap = (np.asarray(value) for value in answer(images))
    local = local_logits(network, images)[:, 0]
    positive = np.maximum(local, 0)
    for index in range(len(images)):
        peak = positive[index].max()
        expected = positive[index] / peak * probability[index] if peak > 0 else positive[index]
        assert heatmap[index] == pytest.approx(expected, abs=1e-5)


def test_where_nothing_speaks_for_pneumonia_the_map_is_cold(network, images: np.ndarray) -> None:
    from converters.graph import fold_heads, make_answer  # noqa: PLC0415 - slow
    from training.fitting.network import HEAD_NAME  # noqa: PLC0415 - slow

    unit = network.get_layer(HEAD_NAME).get_layer("logit")
    kernel, bias = unit.get_weights()
    try:
        unit.set_weights([kernel, np.array([-1000.0])])
        probability, heatmap = make_answer(network, fold_heads(network))(images)
    finally:
        unit.set_weights([kernel, bias])
    assert np.all(np.asarray(heatmap) == 0)
    assert np.all(np.asarray(probability) < 1e-6)


def test_graph_has_the_promised_names_and_shapes(network) -> None:
    from converters.graph import FurtherOutput, fold_heads, to_onnx  # noqa: PLC0415 - slow

    unit = fold_heads(network)[0]
    further = FurtherOutput("likeness", lambda _, features: features[:, 0, 0, 0])
    one = to_onnx(network, [unit]).graph
    two = to_onnx(network, [unit, unit], [further]).graph

    def shapes(values) -> dict[str, list[object]]:
        return {
            value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
            for value in values
        }

    assert shapes(one.input) == shapes(two.input) == {"image": ["n", 224, 224, 1]}
    assert shapes(one.output) == {"probability": ["n"], "heatmap": ["n", 7, 7]}
    assert shapes(two.output) == {
        "probability": ["n", 2],
        "heatmap": ["n", 2, 7, 7],
        "likeness": ["n"],
    }


def test_each_population_has_the_answer_of_its_own_unit(network, images: np.ndarray) -> None:
    from converters.graph import (  # noqa: PLC0415 - slow
        DenseUnit,
        FurtherOutput,
        fold_heads,
        make_answer,
    )

    first = fold_heads(network)[0]
    second = DenseUnit(first.weights[::-1].copy(), -first.bias)
    corner = FurtherOutput("corner", lambda image, _: image[:, 0, 0, 0])
    probability, heatmap, corners = (
        np.asarray(value) for value in make_answer(network, [first, second], [corner])(images)
    )
    assert probability.shape == (6, 2)
    assert corners == pytest.approx(images[:, 0, 0, 0])
    for index, unit in enumerate((first, second)):
        alone, map_alone = (np.asarray(value) for value in make_answer(network, [unit])(images))
        assert probability[:, index] == pytest.approx(alone, abs=1e-6)
        assert heatmap[:, index] == pytest.approx(map_alone, abs=1e-6)
    assert np.ptp(probability, axis=1).max() > 0.01


def test_a_head_of_two_units_and_two_heads_are_folded_in_their_order(network) -> None:
    import keras  # noqa: PLC0415 - slow

    from converters.graph import fold_heads  # noqa: PLC0415
    from training.fitting.network import HEAD_NAME, POOLING_NAME  # noqa: PLC0415

    pooled = network.get_layer(POOLING_NAME).output
    channels = pooled.shape[-1]
    generator = np.random.default_rng(8)
    kernel = generator.normal(0, 0.05, (channels, 2))

    def head(name: str, columns: list[int]) -> object:
        made = keras.Sequential(
            [keras.Input((channels,)), keras.layers.Dense(len(columns), name="logit")], name=name
        )
        made.get_layer("logit").set_weights([kernel[:, columns], np.array(columns) / 4])
        return made

    joint = keras.Model(network.input, head(HEAD_NAME, [0, 1])(pooled))
    answers = [head(f"{HEAD_NAME}_{name}", [index])(pooled) for index, name in enumerate("ab")]
    apart = keras.Model(network.input, keras.layers.Concatenate()(answers))
    for made in (joint, apart):
        units = fold_heads(made)
        assert [unit.bias for unit in units] == [0.0, 0.25]
        for index, unit in enumerate(units):
            assert unit.weights == pytest.approx(kernel[:, index])


def test_heads_and_calibrations_must_be_of_one_number(network) -> None:
    from converters.graph import calibrated_units, make_answer  # noqa: PLC0415 - slow
    from training.evaluation.calibration import UNCALIBRATED  # noqa: PLC0415

    with pytest.raises(ValueError, match="each of 1 heads, received 2"):
        calibrated_units(network, [UNCALIBRATED, UNCALIBRATED])
    with pytest.raises(ValueError, match="at least one unit"):
        make_answer(network, [])


def test_a_calibration_moves_the_map_as_well_as_its_mean(network, images: np.ndarray) -> None:
    from converters.graph import calibrated_units, make_answer  # noqa: PLC0415 - slow
    from training.evaluation.calibration import (  # noqa: PLC0415
        UNCALIBRATED,
        Calibration,
        to_logit,
    )

    calibration = Calibration(0.5, 0.8)
    plain, moved = (
        make_answer(network, calibrated_units(network, [used]))
        for used in (UNCALIBRATED, calibration)
    )
    before, _ = (np.asarray(value) for value in plain(images))
    after, heatmap = (np.asarray(value) for value in moved(images))
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
