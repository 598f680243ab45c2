"""The scale of the score: the operating point, and how far scores may be taken for frequencies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests import tiny_model
from tests.ui.worklist.rows import make_row
from triage_app.imaging.instance import InstanceFacts, PatientFacts
from triage_app.inference.card import Estimate, Evaluation, ModelCard
from triage_app.triage.outcome import Scored
from triage_app.ui.services import StudyImages
from triage_app.ui.viewer.result_panel import ResultPanel, ScoreScale
from triage_app.worklist.records import InstanceRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ECE = Estimate(value=0.02, low=0.01, high=0.05)


def make_study(card: ModelCard, probability: float) -> StudyImages:
    row = make_row("a", probability)
    point = card.default_operating_point.name
    return StudyImages(replace(row, result=replace(row.result, operating_point=point)), ())


def picture(scale: ScoreScale) -> QImage:
    scale.resize(400, 40)
    return scale.grab().toImage()


@pytest.fixture
def measured_card(tiny_card: ModelCard) -> ModelCard:
    """Give a card whose calibration was measured where its operating point was."""
    data_set = tiny_card.default_operating_point.data_set
    evaluation = Evaluation(data_set=data_set, subgroup="all", n=100, metrics={"ece": ECE})
    return tiny_card.model_copy(update={"evaluations": (evaluation,)})


def test_the_interval_of_the_calibration_is_said_and_drawn(
    qtbot: QtBot, measured_card: ModelCard, tiny_card: ModelCard
) -> None:
    panel = ResultPanel(measured_card)
    qtbot.addWidget(panel)
    panel.show_study(make_study(measured_card, 0.6))
    assert "0.02 [0.01-0.05]" in panel.details.text()
    with_band = picture(panel.scale)
    panel.show_card(tiny_card.model_copy(update={"evaluations": ()}))
    panel.show_study(make_study(tiny_card, 0.6))
    assert "0.02" not in panel.details.text()
    assert picture(panel.scale) != with_band


def test_another_data_sets_calibration_is_not_taken(qtbot: QtBot, measured_card: ModelCard) -> None:
    others = tuple(
        each.model_copy(update={"data_set": "another hospital"})
        for each in measured_card.evaluations
    )
    panel = ResultPanel(measured_card.model_copy(update={"evaluations": others}))
    qtbot.addWidget(panel)
    panel.show_study(make_study(measured_card, 0.6))
    assert "0.02" not in panel.details.text()


@pytest.mark.parametrize(
    ("age", "population", "sentence", "threshold"),
    [
        (45.0, "adults", "Read as adults, by the patient's age of 45 y", 0.6),
        (0.5, "children", "Read as children, by the patient's age of 6 m", 0.5),
        (None, "children", "Read as children: the age is not stated", 0.5),
    ],
)
def test_whose_part_of_the_model_read_it_is_said_and_why(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    age: float | None,
    population: str,
    sentence: str,
    threshold: float,
) -> None:
    panel = ResultPanel(tiny_model.tiny_card("0" * 64, populations=True))
    qtbot.addWidget(panel)
    point = f"{population}: balanced"
    row = make_row("a", 0.7)
    result = replace(
        row.result,
        operating_point=point,
        population=population,
        driving_sop_instance_uid="1.2",
    )
    facts = InstanceFacts("/a.dcm", sop_instance_uid="1.2", patient=PatientFacts(age_years=age))
    outcome = Scored(0.7, True, point, np.zeros((7, 7), np.float32), population=population)
    instance = InstanceRow(facts, outcome, 0.1)
    marked: list[tuple[object, ...]] = []
    monkeypatch.setattr(panel.scale, "show_score", lambda *shown, **_: marked.append(shown))
    panel.show_study(StudyImages(replace(row, result=result), (instance,)))
    assert sentence in panel.details.text()
    assert f"Operating point {point}: sensitivity" in panel.details.text()
    assert marked == [(0.7, threshold)]
