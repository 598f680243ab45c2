"""A card that is not whole is refused with the name of the field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tiny_model import tiny_card
from triage_app.errors import ModelError
from triage_app.inference.card import read_card, write_card

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    path = tmp_path / "card.json"
    write_card(tiny_card("0" * 64), path)
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
        (lambda card: card.update(schema_version=2), "schema_version: Input should be 1"),
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
            r"check_image\.probability: ",
        ),
        (add_another_probability, "each role must stand once"),
        (take_out_heatmap, "no tensor has the role 'heatmap'"),
        (repeat_operating_point, "operating points must have different names"),
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


def test_a_tensor_is_found_by_its_role() -> None:
    card = tiny_card("0" * 64)
    assert card.tensor("heatmap").shape == (None, 7, 7)
    with pytest.raises(KeyError):
        card.tensor("embedding")
