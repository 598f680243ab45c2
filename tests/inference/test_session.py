"""A model is used only where it is the one its card describes, and only while it makes sense."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.tiny_model import CELLS, SIZE, expected_probability, tiny_card, write_tiny_model
from triage_app.errors import ModelError, ScoringError
from triage_app.imaging.preprocessing import PREPROCESSING_VERSION, PreprocessingSpec
from triage_app.inference.card import (
    CheckImage,
    Tensor,
    card_path_for,
    read_card,
    sha256_of_file,
    write_card,
)
from triage_app.inference.session import Model, load_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


def grey(*levels: float) -> NDArray[np.float32]:
    """Make images of one grey each."""
    return np.stack([np.full((SIZE, SIZE, 1), level, dtype=np.float32) for level in levels])


def edit_card(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    card = json.loads(card_path_for(path).read_text())
    change(card)
    card_path_for(path).write_text(json.dumps(card))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(write_tiny_model(tmp_path_factory.mktemp("model")))


def test_a_model_and_its_card_load(model: Model) -> None:
    assert model.card.title == "tiny 1"
    assert model.card.default_operating_point.name == "balanced"


def test_the_probability_is_what_the_formula_gives(model: Model) -> None:
    images = grey(96.0, 128.0, 160.0)
    found = model.predict(images).probability
    # sigmoid(-1), sigmoid(0), sigmoid(1)
    np.testing.assert_allclose(found, [0.268941, 0.5, 0.731059], atol=1e-5)
    np.testing.assert_allclose(found, [expected_probability(image) for image in images], atol=1e-5)


def test_the_heatmap_stands_where_the_image_is_bright(model: Model) -> None:
    image = grey(0.0)
    image[0, 32:64, 160:192] = 255.0
    expected = np.zeros((CELLS, CELLS), dtype=np.float32)
    expected[1, 5] = 1.0
    np.testing.assert_allclose(model.predict(image).heatmap[0], expected, atol=1e-6)


def test_an_image_has_the_same_result_alone_and_in_a_batch(model: Model) -> None:
    images = np.random.default_rng(1).uniform(0, 255, (5, SIZE, SIZE, 1)).astype(np.float32)
    together = model.predict(images)
    for at, image in enumerate(images):
        alone = model.predict(image[np.newaxis])
        assert alone.probability[0] == together.probability[at]
        np.testing.assert_array_equal(alone.heatmap[0], together.heatmap[at])


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, SIZE, SIZE, 1), dtype=np.float64),
        np.zeros((1, SIZE, SIZE, 3), dtype=np.float32),
        np.zeros((1, SIZE, SIZE - 1, 1), dtype=np.float32),
        np.zeros((SIZE, SIZE, 1), dtype=np.float32),
    ],
    ids=["float64", "three samples", "one column less", "no batch"],
)
def test_images_of_another_form_are_the_callers_mistake(
    model: Model, images: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match="expected float32 images of"):
        model.predict(images)


@pytest.mark.parametrize(
    ("broken", "role"),
    [
        ({"probability_offset": np.nan}, "probability"),
        ({"probability_offset": 1.5}, "probability"),
        ({"probability_offset": -1.5}, "probability"),
        ({"heatmap_offset": np.nan}, "heatmap"),
        ({"heatmap_offset": 3.0}, "heatmap"),
        ({"likeness": np.nan}, "in_distribution"),
        ({"likeness": np.inf}, "in_distribution"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_model_that_gives_nonsense_is_not_loaded(
    tmp_path: Path, broken: dict[str, float], role: str
) -> None:
    with pytest.raises(ModelError, match=rf"check image could not be scored: .*gave a {role}"):
        load_model(write_tiny_model(tmp_path, **broken))  # type: ignore[arg-type]


def test_nonsense_on_one_image_is_an_error_of_that_image(model: Model) -> None:
    with pytest.raises(ScoringError, match="gave a probability from nan to nan where 0 to 1"):
        model.predict(grey(np.nan))


def test_another_file_under_the_cards_name_is_refused(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelError, match=r"its SHA-256 is .*, the card says .*do not belong"):
        load_model(path)


def test_a_file_that_is_no_onnx_is_refused(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path)
    path.write_bytes(b"no network")
    edit_card(path, lambda card: card.update(onnx_sha256=sha256(b"no network")))
    with pytest.raises(ModelError, match="ONNX Runtime cannot load it"):
        load_model(path)


def test_weights_in_another_file_are_refused_since_no_hash_covers_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiny_model(tmp_path, external_weights="weights.bin")
    assert (tmp_path / "weights.bin").is_file()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="ONNX Runtime cannot load it"):
        load_model(path)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx: no such model file"):
        load_model(tmp_path / "gone.onnx")


def test_a_missing_card_is_named(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path)
    card_path_for(path).unlink()
    with pytest.raises(ModelError, match=r"tiny\.json: the model card cannot be read"):
        load_model(path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"preprocessing": PreprocessingSpec(version=PREPROCESSING_VERSION + 1)},
            "was trained with preprocessing version 2, this program has version 1",
        ),
        (
            {"inputs": (Tensor(name="x", role="image", shape=(None, SIZE, SIZE, 1)),)},
            r"has no input 'x', which the card names; it has \['image'\]",
        ),
        (
            {"inputs": (Tensor(name="image", role="image", shape=(None, 192, 192, 1)),)},
            r"input 'image' has the shape \(None, 224, 224, 1\), the card says \(None, 192, 192, 1",
        ),
        (
            {"preprocessing": PreprocessingSpec(rows=192)},
            r"input has the shape \(None, 224, 224, 1\), the card's preprocessing makes",
        ),
        (
            {
                "outputs": (
                    Tensor(name="p", role="probability", shape=(None,)),
                    Tensor(name="heatmap", role="heatmap", shape=(None, CELLS, CELLS)),
                )
            },
            "has no output 'p'",
        ),
        (
            {
                "outputs": (
                    Tensor(name="probability", role="probability", shape=(None, 2)),
                    Tensor(name="heatmap", role="heatmap", shape=(None, CELLS, CELLS)),
                )
            },
            "a probability has 1 dimensions",
        ),
        (
            {"check_image": CheckImage(formula="two_lungs", probability=0.9, tolerance=0.001)},
            "the check image scores .*, the card says 0.900000 within 0.001",
        ),
        (
            {"check_image": CheckImage(formula="three_lungs", probability=0.9, tolerance=0.001)},
            r"expected one of \['two_lungs'\], received 'three_lungs'",
        ),
    ],
    ids=[
        "preprocessing version",
        "input name",
        "input shape",
        "preprocessing size",
        "output name",
        "probability rank",
        "check score",
        "check formula",
    ],
)
def test_a_card_that_disagrees_is_refused_and_says_where(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        load_model(write_tiny_model(tmp_path, card_changes=changes))


def test_the_likeness_of_a_gate_is_given_where_the_model_has_one(tmp_path: Path) -> None:
    model = load_model(write_tiny_model(tmp_path, likeness=0.25))
    likeness = model.predict(grey(10.0, 20.0)).in_distribution
    assert likeness is not None
    np.testing.assert_array_equal(likeness, np.array([0.25, 0.25], dtype=np.float32))


def test_a_card_survives_being_written(model: Model) -> None:
    assert model.card == tiny_card(model.card.onnx_sha256)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_each_population_has_its_probability_and_its_heatmap(tmp_path: Path) -> None:
    model = load_model(write_tiny_model(tmp_path, populations=True))
    images = grey(64, 128, 200)
    prediction = model.predict(images)
    assert prediction.probability.shape == (3, 2)
    assert prediction.heatmap.shape == (3, 2, 7, 7)
    children, adults = (prediction.of_population(index) for index in (0, 1))
    expected = [expected_probability(image) for image in images]
    assert children.probability == pytest.approx(expected, abs=1e-6)
    assert adults.probability == pytest.approx(1 - np.array(expected), abs=1e-6)
    assert children.heatmap[:, 3, 3] == pytest.approx(np.array([64, 128, 200]) / 255, abs=1e-6)
    assert adults.heatmap == pytest.approx(1 - children.heatmap, abs=1e-6)


def test_a_prediction_without_populations_is_the_one_that_there_is(tmp_path: Path) -> None:
    model = load_model(write_tiny_model(tmp_path))
    prediction = model.predict(grey(0, 9))
    assert prediction.of_population(0) is prediction


def test_a_wrong_score_of_one_population_is_found(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path, populations=True)
    card = read_card(path.with_suffix(".json"))
    children, adults = card.check_image.probabilities
    check = card.check_image.model_copy(update={"probability": (children, adults + 0.1)})
    write_card(card.model_copy(update={"check_image": check}), path.with_suffix(".json"))
    with pytest.raises(ModelError, match=r"check image scores .* for adults, the card says"):
        load_model(path)


def test_a_graph_of_one_population_is_refused_for_a_card_of_two(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path)
    card = tiny_card(sha256_of_file(path), populations=True)
    write_card(card, path.with_suffix(".json"))
    with pytest.raises(ModelError, match=r"'probability' has the shape \(None,\), the card says"):
        load_model(path)


@pytest.mark.parametrize("name", ["CPU", "cpu", "CPUExecutionProvider"])
def test_an_execution_provider_is_chosen_by_its_name(tmp_path: Path, name: str) -> None:
    assert load_model(write_tiny_model(tmp_path), provider=name).card


def test_an_execution_provider_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"Abacus: ONNX Runtime has no .* it has .*CPU"):
        load_model(write_tiny_model(tmp_path), provider="Abacus")
