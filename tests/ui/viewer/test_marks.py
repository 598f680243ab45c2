from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.ui.viewer.marks import Marks, ViewState, make_marks
from triage_app.ui.viewer.orientation import Orientation

FACTS = InstanceFacts(
    path="a.dcm",
    patient=PatientFacts("Probe, Petra", "P-1", date(2021, 2, 1), 3.0, "F"),
    study=StudyFacts(
        study_date=date(2024, 3, 5), study_time=time(9, 30), study_description="Chest"
    ),
    image=ImageFacts(
        modality="DX",
        body_part="CHEST",
        view_position="PA",
        laterality="L",
        rows=3000,
        columns=2500,
        is_lossy_compressed=True,
    ),
)
STATE = ViewState(voi="C 2048  W 4096", zoom=0.4, probe="x 1  y 2  value 3", is_inverted=True)


def all_lines(marks: Marks) -> tuple[str, ...]:
    return (*marks.top_left, *marks.top_right, *marks.bottom_left, *marks.bottom_right)


def test_the_marks_say_whose_image_it_is_and_how_it_is_shown() -> None:
    marks = make_marks(FACTS, STATE)
    assert marks.top_left == ("Probe, Petra", "ID P-1", "born 2021-02-01 · 3 y · F")
    assert marks.top_right == ("2024-03-05 09:30", "Chest", "DX CHEST PA", "Laterality L")
    assert marks.bottom_left == ("Lossy compressed", "2500 x 3000", "x 1  y 2  value 3")
    assert marks.bottom_right == ("Inverted", "C 2048  W 4096", "Zoom 40 %")


def test_what_is_not_known_of_the_patient_is_said_and_not_left_out() -> None:
    lines = all_lines(make_marks(InstanceFacts(path="a.dcm"), ViewState()))
    assert {"Name not given", "ID not given", "Date not given"} <= set(lines)


def test_hidden_marks_leave_what_must_never_be_hidden() -> None:
    marks = make_marks(FACTS, STATE, is_complete=False)
    assert marks.notice == "RESEARCH USE ONLY"
    assert all_lines(marks) == ("Lossy compressed",)


def test_an_uncompressed_image_has_no_mark_of_loss() -> None:
    image = replace(FACTS.image, is_lossy_compressed=False)
    marks = make_marks(replace(FACTS, image=image), STATE, is_complete=False)
    assert all_lines(marks) == ()


def test_no_patient_stands_in_the_printed_form_of_marks() -> None:
    assert "Petra" not in repr(make_marks(FACTS, STATE))


def test_a_flipped_or_turned_image_says_so_even_where_marks_are_hidden() -> None:
    state = replace(STATE, orientation=Orientation().flipped(), edges=("R", "H", "L", "F"))
    for is_complete in (True, False):
        marks = make_marks(FACTS, state, is_complete=is_complete)
        assert marks.alerts == ("FLIPPED - mirror image",)
        assert marks.edges == ("L", "H", "R", "F")
    turned = make_marks(FACTS, replace(STATE, orientation=Orientation(3)))
    assert turned.alerts == ("Turned 270°",)


def test_an_upright_image_alerts_to_nothing_and_shows_its_sides() -> None:
    marks = make_marks(FACTS, replace(STATE, edges=("R", "H", "L", "F")))
    assert marks.alerts == ()
    assert marks.edges == ("R", "H", "L", "F")
