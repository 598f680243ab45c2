"""Some damaged files of a fixed seed; `make fuzz` runs as many as wanted of any seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fuzzing.campaign import Campaign, Case, Tally, Usage, find_faults, make_case
from tests.fuzzing.corpus import Seed, files_of_pydicom, read_seeds, write_phantoms
from tests.fuzzing.layout import read_layout
from tests.fuzzing.mutations import Mutant
from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.source import FileSource
from triage_app.inference.session import load_model
from triage_app.triage.assess import assess_source
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored

SEED = 2026
FILES_IN_WORKERS = 250
FILES_HERE = 1500


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    phantoms = write_phantoms(tmp_path_factory.mktemp("phantoms"))
    return list(read_seeds([*files_of_pydicom(), *phantoms]))


def test_damaged_files_end_with_one_outcome_each_in_the_workers(
    seeds: list[Seed], tiny_model_path: Path, tmp_path: Path
) -> None:
    campaign = Campaign(seeds, SEED, tiny_model_path, tmp_path, keep=None)
    tally = Tally()
    for tally in campaign.run(FILES_IN_WORKERS, workers=1):  # noqa: B007 - the last one counts
        pass
    assert tally.files == FILES_IN_WORKERS
    assert [(finding.case.name, finding.what) for finding in tally.findings] == []
    assert len(tally.outcomes) > 6, "the damage is too tame or too wild to tell anything"


def test_damaged_files_end_with_one_outcome_each_in_this_process(
    seeds: list[Seed], tiny_model_path: Path, tmp_path: Path
) -> None:
    """Without the cost of workers, and without bombs, which take their time."""
    model = load_model(tiny_model_path)
    faults = []
    for number in range(FILES_IN_WORKERS, FILES_IN_WORKERS + FILES_HERE):
        case = make_case(seeds, SEED, number, with_bombs=False)
        path = tmp_path / f"image{case.mutant.ending}"
        path.write_bytes(case.mutant.data)
        outcome = assess_source(FileSource(path), model)[1]
        faults += [(number, case.name, what) for what in find_faults(case, path, [outcome])]
    assert faults == []


def test_equal_numbers_make_equal_files(seeds: list[Seed]) -> None:
    for number in range(40):
        assert make_case(seeds, 5, number) == make_case(seeds, 5, number)
    assert make_case(seeds, 5, 1) != make_case(seeds, 6, 1)


@pytest.mark.parametrize(
    ("outcomes", "usage", "is_cut", "what"),
    [
        ([], Usage(), False, "has no outcome"),
        ([Failed(FailureReason.TIMEOUT, "X: hung.")], Usage(), False, "X: hung."),
        ([Failed(FailureReason.UNREADABLE, "X: unforeseen.")], Usage(), False, "X: unforeseen."),
        ([Failed(FailureReason.UNREADABLE, "bad")], Usage(), False, "a sentence that is none: bad"),
        ([Excluded(Exclusion(ExclusionReason.NOT_DICOM))], Usage(), False, "without a word"),
        ([Scored(0.5, True, "", np.zeros((7, 7), np.float32))], Usage(), True, "is missing"),
        ([Scored(1.5, True, "", np.zeros((7, 7), np.float32))], Usage(), False, "probability 1.5"),
        ([Scored(0.5, True, "", np.zeros((7, 7), np.float32))], Usage(11), False, "11.0 seconds"),
        (
            [Scored(0.5, True, "", np.zeros((7, 7), np.float32))],
            Usage(1, 2 * 10**9),
            False,
            "2000 MB",
        ),
    ],
)
def test_what_must_not_be_is_found(
    tmp_path: Path, outcomes: list[Outcome], usage: Usage, is_cut: bool, what: str
) -> None:
    path = tmp_path / "image.dcm"
    path.write_bytes(b"damaged")
    case = Case(1, "", Mutant(b"damaged", is_cut=is_cut))
    (fault,) = find_faults(case, path, outcomes, usage)
    assert what in fault


def test_a_file_that_was_changed_is_found(tmp_path: Path) -> None:
    path = tmp_path / "image.dcm"
    path.write_bytes(b"changed")
    scored = Scored(0.5, True, "", np.zeros((7, 7), np.float32))
    assert list(find_faults(Case(1, "", Mutant(b"sent")), path, [scored])) == ["was changed"]


def test_the_elements_of_sound_files_are_found_to_their_last_byte() -> None:
    found = 0
    for path in files_of_pydicom():
        layout = read_layout(path.read_bytes())
        if layout is None or not layout.places:
            continue
        last = max(place.end for place in layout.places if not place.depth)
        found += last == len(layout.data)
    assert found > 90
