"""Every kind of the catalogue through a real scan: one outcome, with the sentence that is due."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.catalogue.kinds import KINDS, Kind
from tests.catalogue.making import Kitchen
from triage_app.imaging.source import MEMBER_SEPARATOR, FileSource
from triage_app.inference.session import load_model
from triage_app.intake.events import Assessed
from triage_app.intake.scan import scan
from triage_app.triage.assess import assess_source
from triage_app.triage.outcome import Excluded, Failed, Outcome

BY_NAME = {kind.name: kind for kind in KINDS}


class Scanned:
    """The files of the catalogue, what they held, and their outcomes."""

    def __init__(self, folder: Path, model_path: Path) -> None:
        self.paths: dict[str, Path] = {}
        for number, kind in enumerate(KINDS):
            place = folder / f"{number:03}"
            place.mkdir()
            self.paths[kind.name] = kind.make(Kitchen(place, kind.name))
        before = {path: path.read_bytes() for path in self.paths.values() if path.is_file()}
        self.outcomes: dict[str, list[Outcome]] = {}
        for event in scan([folder], model_path=model_path, workers=1, keeps_order=False):
            if isinstance(event, Assessed):
                path = event.facts.path.partition(MEMBER_SEPARATOR)[0]
                self.outcomes.setdefault(path, []).append(event.outcome)
        self.changed = [path for path, data in before.items() if path.read_bytes() != data]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, tiny_model_path: Path) -> Scanned:
    return Scanned(tmp_path_factory.mktemp("catalogue"), tiny_model_path)


def words(outcome: Outcome) -> tuple[str, str]:
    """Give reason and sentence."""
    match outcome:
        case Excluded(exclusion):
            return str(exclusion.reason), exclusion.detail
        case Failed(reason, detail):
            return str(reason), detail
        case _:
            return "", ""


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_kind_has_its_one_outcome_and_its_sentence(kind: Kind, scanned: Scanned) -> None:
    path = scanned.paths[kind.name]
    (outcome,) = scanned.outcomes[str(path)]
    reason, sentence = words(outcome)
    assert (str(outcome.status), sentence) == (kind.status, sentence)
    assert re.fullmatch(kind.reason, reason), sentence
    assert re.search(kind.sentence, sentence)
    if isinstance(outcome, Failed):
        assert sentence.startswith(str(path))
        assert sentence.endswith(".")
    assert "unforeseen" not in sentence
    assert "Petra" not in sentence
    assert "Secret" not in sentence


def test_nothing_else_has_an_outcome_and_no_file_was_changed(scanned: Scanned) -> None:
    assert set(scanned.outcomes) == {str(path) for path in scanned.paths.values()}
    assert scanned.changed == []


def test_the_catalogue_names_at_least_60_kinds() -> None:
    assert len(BY_NAME) == len(KINDS)
    assert len(KINDS) >= 60


def test_a_file_that_goes_in_mid_scan_has_an_outcome(tmp_path: Path, tiny_model_path: Path) -> None:
    for name in ("1.dcm", "2.dcm", "3.dcm"):
        kitchen = Kitchen(tmp_path, name)
        kitchen.write(kitchen.chest(), name)
    last = tmp_path / "3.dcm"
    outcomes = {}
    for event in scan([tmp_path], model_path=tiny_model_path):
        if isinstance(event, Assessed):
            outcomes[event.facts.path] = event.outcome
            last.unlink(missing_ok=True)
    assert words(outcomes[str(last)])[0] == "unreadable"
    assert "cannot be found or opened" in words(outcomes[str(last)])[1]
    assert len(outcomes) == 3


def test_a_file_that_grows_is_failed_and_then_scored(tmp_path: Path, tiny_model_path: Path) -> None:
    kitchen = Kitchen(tmp_path, "growing")
    data = kitchen.chest()
    path = kitchen.write(data[:-50])
    model = load_model(tiny_model_path)
    assert words(assess_source(FileSource(path), model)[1])[0] == "truncated"
    with path.open("ab") as file:
        file.write(data[-50:])
    assert assess_source(FileSource(path), model)[1].status == "scored"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path, tiny_model_path: Path) -> None:
    path = Kitchen(tmp_path, "locked").write(Kitchen(tmp_path, "locked").chest())
    path.chmod(0)
    outcome = assess_source(FileSource(path), load_model(tiny_model_path))[1]
    assert words(outcome)[0] == "unreadable"
    assert "that you may read it" in words(outcome)[1]


def test_a_loop_of_folders_ends(tmp_path: Path, tiny_model_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Kitchen(tmp_path / "a", "loop").write(Kitchen(tmp_path / "a", "loop").chest())
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    events = [e for e in scan([tmp_path], model_path=tiny_model_path) if isinstance(e, Assessed)]
    assert [str(event.outcome.status) for event in events] == ["scored"]
