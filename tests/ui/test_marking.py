"""Two readers, one study: the second is told who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.worklist.made import make_facts, scored
from triage_app.ui.marking import Marking
from triage_app.ui.workers import Workers
from triage_app.worklist.records import ReadingStatus

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from triage_app.ui.services import Services

STUDY = "1.2.3"
MILLISECONDS = 60_000


@pytest.fixture
def services(qtbot: QtBot, make_services: Callable[[], Services]) -> Iterator[Services]:
    made = make_services()
    assert made.model is not None
    made._store.record(make_facts(study=STUDY), scored(0.9, made.model), made.model, 0.1)
    yield made
    made.close()


@pytest.fixture
def marking(services: Services) -> Iterator[Marking]:
    workers = Workers()
    yield Marking(services, workers)
    workers.shut_down()


def test_an_unread_study_is_begun(qtbot: QtBot, marking: Marking, services: Services) -> None:
    with qtbot.waitSignal(marking.changed, timeout=MILLISECONDS):
        marking.begin(STUDY)
    row = services.find_row(STUDY)
    assert row is not None
    assert (row.reading_status, row.reader) == (ReadingStatus.IN_PROGRESS, services.reader)


def test_who_begins_what_another_reads_is_told(
    qtbot: QtBot, marking: Marking, services: Services
) -> None:
    services.set_reading_status(STUDY, ReadingStatus.IN_PROGRESS, "Dr. Lee")
    with qtbot.waitSignal(marking.failed, timeout=MILLISECONDS) as told:
        marking.begin(STUDY)
    assert told.args[0].startswith("Dr. Lee has this study in progress since ")
    row = services.find_row(STUDY)
    assert row is not None
    assert row.reader == "Dr. Lee"
