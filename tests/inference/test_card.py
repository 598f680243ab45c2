"""A card that is not whole is refused with the name of the field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tiny_model import ADULTS, CHILDREN, tiny_card
from triage_app.errors import ModelError
from triage_app.inference.card import card_path_for, read_card, write_card
from triage_app.inference.models import shipped_model_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], *, populations: bool = False
) -> Path:
    path = tmp_path / "card.json"
    write_card(tiny_card("0" * 64, populations=populations), path)
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))
    return path


def add_another_probability(card: dict[str, Any]) -> None:
    card["outputs"].append({"name": "p2", "role": "probability", "shape": [None]})


def take_out_heatmap(card: dict[str, Any]) -> None:
    card["outputs"] = card["outputs"][:1]


def repeat_operating_point(card: dict[str, Any]) -> None:
    card["operating_points"] *= 2


def turn_ages_round(card: dict[str, Any]) -> None:
    card["eligibility"]["training_ages"] = {"lowest_years": 5, "highest_years": 1}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda card: card.pop("name"), "name: Field required"),
        (lambda card: card.update(schema_version=3), "schema_version: Input should be 1 or 2"),
        (lambda card: card.update(thresold=0.4), "thresold: Extra inputs are not permitted"),
        (lambda card: card.update(onnx_sha256="abc"), "onnx_sha256: String should match"),
        (lambda card: card.update(device_uid="1.2.x"), "device_uid: String should match"),
        (lambda card: card.update(created="yesterday"), "created: "),
        (
            lambda card: card["operating_points"][0].update(threshold=1.5),
            r"operating_points\.0\.threshold: Input should be less than 1",
        ),
        (lambda card: card.update(operating_points=[]), "operating_points: "),
        (
            lambda card: card["eligibility"].pop("modalities"),
            r"eligibility\.modalities: Field required",
        ),
        (turn_ages_round, r"eligibility\.training_ages: .*lowest_years must not exceed"),
        (
            lambda card: card["preprocessing"].update(resize_filter="nearest"),
            r"preprocessing\.resize_filter: ",
        ),
        (
            lambda card: card["check_image"].update(tolerance=0.5),
            r"check_image\.tolerance: ",
        ),
        (
            lambda card: card["check_image"].update(probability="NaN"),
            r"check_image\.probability",
        ),
        (add_another_probability, "each role must stand once"),
        (take_out_heatmap, "no tensor has the role 'heatmap'"),
        (repeat_operating_point, "operating points of a population must have"),
        (
            lambda card: card["eligibility"].update(gate_threshold=0.5),
            "a gate threshold needs an output with the role 'in_distribution'",
        ),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_a_malformed_card_is_refused_by_the_name_of_its_field(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], place: str
) -> None:
    with pytest.raises(ModelError, match=rf"card\.json: not a valid model card: .*{place}"):
        read_card(written(tmp_path, change))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_what_is_no_json_object_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"card\.json: not a valid model card"):
        read_card(path)


def test_a_card_read_back_is_equal(tmp_path: Path) -> None:
    assert read_card(written(tmp_path, lambda card: card)) == tiny_card("0" * 64)


def test_a_card_of_schema_1_knows_no_populations(tmp_path: Path) -> None:
    def make_old(card: dict[str, Any]) -> None:
        card["schema_version"] = 1
        for part in (card, *card["operating_points"], *card["evaluations"]):
            for name in ("populations", "population_without_age", "population"):
                part.pop(name, None)

    card = read_card(written(tmp_path, make_old))
    assert card.schema_version == 1
    assert card.population_for(None) is card.population_for(30) is None
    assert card.default_operating_point.title == "balanced"
    assert card.default_operating_points == card.points_of(None) == card.operating_points
    assert card.criteria_for(None) is card.eligibility


def test_the_shipped_card_is_read(tmp_path: Path) -> None:
    card = read_card(card_path_for(shipped_model_path()))
    write_card(card, tmp_path / "card.json")
    again = read_card(tmp_path / "card.json")
    assert again.schema_version == 2
    assert again.model_copy(update={"schema_version": card.schema_version}) == card


@pytest.mark.parametrize(
    ("age", "name"),
    [
        (None, "children"),
        (0, "children"),
        (3 / 12, "children"),
        (15.999, "children"),
        (16, "adults"),
        (89, "adults"),
        (150, "adults"),
        (171, "adults"),  # in no range: the nearest
    ],
)
def test_the_age_chooses_the_population(age: float | None, name: str) -> None:
    card = tiny_card("0" * 64, populations=True)
    population = card.population_for(age)
    assert population is not None
    assert population.name == name
    assert card.criteria_for(population).training_ages == population.training_ages
    assert card.points_of(name)[0].title == f"{name}: balanced"
    assert card.index_of(population) == ("children", "adults").index(name)


@pytest.mark.parametrize(
    ("age", "name"), [(13, "children"), (14.9, "children"), (15, "adults"), (16, "adults")]
)
def test_an_age_between_two_ranges_has_the_nearer(age: float, name: str) -> None:
    card = tiny_card("0" * 64, populations=True).model_copy(
        update={
            "populations": (
                CHILDREN.model_copy(update={"highest_years": 12}),
                ADULTS.model_copy(update={"lowest_years": 18}),
            )
        }
    )
    population = card.population_for(age)
    assert population is not None
    assert population.name == name


def test_operating_points_are_found_by_title_and_by_population() -> None:
    card = tiny_card("0" * 64, populations=True)
    assert [point.title for point in card.default_operating_points] == [
        "children: balanced",
        "adults: balanced",
    ]
    assert card.default_operating_point.title == "children: balanced"
    assert [point.name for point in card.points_of("adults")] == ["balanced", "sensitive"]
    found = card.find_operating_point("adults: balanced")
    assert found is not None
    assert found.threshold == 0.6
    assert card.find_operating_point("balanced") is None
    with pytest.raises(KeyError):
        card.points_of("horses")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda card: card.update(populations=[]), "population_without_age"),
        (lambda card: card.update(population_without_age=None), "population_without_age is None"),
        (lambda card: card.update(population_without_age="all"), "population_without_age is 'all'"),
        (lambda card: card["populations"][1].update(name="children"), "must have different names"),
        (
            lambda card: card["populations"][1].update(lowest_years=15),
            "children and adults are used for the same ages",
        ),
        (lambda card: card["populations"][0].update(highest_years=0.0), "greater than 0"),
        (lambda card: card["populations"][1].update(highest_years=16), "must be below"),
        (lambda card: card["populations"][0].update(name="a: b"), "should match pattern"),
        (lambda card: card["operating_points"].pop(0), "each population a point"),
        (lambda card: card["operating_points"][0].pop("population"), "needs a population"),
        (lambda card: card["operating_points"][1].update(population="men"), "needs a population"),
        (lambda card: card["check_image"].update(probability=0.5), "2 expected probabilities"),
        (lambda card: card["outputs"][0].update(shape=[None]), "probability needs 2 populations"),
        (
            lambda card: card["outputs"][1].update(shape=[None, 7, 7]),
            "heatmap needs 2 populations",
        ),
        (
            lambda card: card.update(calibration={"ece": {"value": 0.1}}),
            "each has its own calibration",
        ),
        (
            lambda card: card.update(
                evaluations=[{"data_set": "x", "population": "men", "n": 1, "metrics": {}}]
            ),
            "an evaluation names a population that the card lacks",
        ),
    ],
)
def test_populations_that_do_not_fit_are_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        read_card(written(tmp_path, change, populations=True))


def test_a_tensor_is_found_by_its_role() -> None:
    card = tiny_card("0" * 64)
    assert card.tensor("heatmap").shape == (None, 7, 7)
    with pytest.raises(KeyError):
        card.tensor("embedding")
