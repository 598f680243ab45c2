"""We perform workitems: a strict manager schedules, Orthanc holds the inputs and takes the results.

The manager is the tests' own (`workitem_server`), because no free one stands in Debian.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR
from tests.peers.programs import Orthanc
from tests.peers.workitem_server import (
    WorkitemBook,
    input_of,
    serve_dimse,
    serve_http,
    workitem,
)
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import PeerError
from triage_app.intake.ordering.dimse_workitems import DimseWorkitems
from triage_app.intake.ordering.web_workitems import WebWorkitems
from triage_app.intake.ordering.workitems import (
    Discontinuation,
    WorkitemCode,
    WorkitemConflictError,
    WorkitemManager,
    WorkitemState,
    canceled_step,
    step_progress,
)
from triage_app.intake.peers import Calling, Peer
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.peer

MADE_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CAD = ("--code", "110004^DCM")
WAYS = pytest.mark.parametrize("way", ["web", "dimse"])


@pytest.fixture
def book() -> WorkitemBook:
    return WorkitemBook()


@pytest.fixture
def web_peer(book: WorkitemBook) -> Iterator[Peer]:
    with contextmanager(serve_http)(book) as url:
        yield Peer(name="manager", url=url)


@pytest.fixture
def dimse_peer(book: WorkitemBook) -> Iterator[Peer]:
    with contextmanager(serve_dimse)(book) as port:
        yield Peer(name="manager", ae_title="MANAGER", host="127.0.0.1", port=port)


@pytest.fixture
def manager(way: str, request: pytest.FixtureRequest) -> Iterator[WorkitemManager]:
    peer: Peer = request.getfixturevalue(f"{way}_peer")
    opened = WebWorkitems(peer) if way == "web" else DimseWorkitems(peer, Calling("TRIAGE"))
    with opened as made:
        yield made


@WAYS
def test_a_workitem_goes_from_scheduled_to_its_end(
    manager: WorkitemManager, book: WorkitemBook
) -> None:
    uid = book.add(workitem(input_of("1.2.3", "1.2.4", ((CR, "1.2.5"),), ae_title="PACS")))
    (found,) = manager.search(())
    assert (found.uid, found.state, found.priority) == (uid, WorkitemState.SCHEDULED, "MEDIUM")
    assert found.codes == (WorkitemCode("110004", "DCM", "meaning"),)
    (wanted,) = found.inputs
    assert (wanted.study_instance_uid, wanted.series_instance_uid) == ("1.2.3", "1.2.4")
    assert (wanted.sop_instance_uids, wanted.ae_titles) == (("1.2.5",), ("PACS",))
    manager.claim(uid, "1.9.1")
    assert list(manager.search(())) == []
    assert manager.retrieve(uid).state is WorkitemState.IN_PROGRESS
    manager.update(uid, "1.9.1", step_progress(50, "half"))
    with pytest.raises(PeerError):
        manager.finish(uid, "1.9.1", WorkitemState.CANCELED)


@WAYS
def test_only_one_performer_gets_a_workitem(manager: WorkitemManager, book: WorkitemBook) -> None:
    uid = book.add(workitem())
    manager.claim(uid, "1.9.1")
    for act in (
        lambda: manager.claim(uid, "1.9.2"),
        lambda: manager.update(uid, "1.9.2", step_progress(50, "half")),
        lambda: manager.claim("1.2.3.4", "1.9.2"),
        lambda: manager.retrieve("1.2.3.4"),
    ):
        with pytest.raises(WorkitemConflictError):
            act()
    assert book.transactions[uid] == "1.9.1"


@WAYS
def test_an_end_that_is_there_already_is_well(manager: WorkitemManager, book: WorkitemBook) -> None:
    uid = book.add(workitem())
    manager.claim(uid, "1.9.1")
    why = canceled_step(MADE_AT, Discontinuation.OBJECT_SET_INCOMPLETE, "no image came")
    manager.update(uid, "1.9.1", why)
    manager.finish(uid, "1.9.1", WorkitemState.CANCELED)
    manager.finish(uid, "1.9.1", WorkitemState.CANCELED)
    with pytest.raises(WorkitemConflictError):
        manager.finish(uid, "1.9.1", WorkitemState.COMPLETED)
    assert book.history == [(uid, "IN PROGRESS"), (uid, "CANCELED")]


@pytest.fixture
def settings(
    tmp_path: Path,
    orthanc: Orthanc,
    web_peer: Peer,
    dimse_peer: Peer,
    tiny_model_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Write settings with the manager, by both ways, and Orthanc as archive and destination."""
    path = tmp_path / "settings.toml"
    path.write_text(
        f'''
database = "{tmp_path / "list.sqlite"}"
spool = "{tmp_path / "spool"}"
model = "{tiny_model_path}"
workers = 1
[receiver]
least_free_mib = 0
[[peers]]
name = "manager"
ae_title = "MANAGER"
host = "127.0.0.1"
port = {dimse_peer.port}
url = "{web_peer.url}"
[[peers]]
name = "archive"
ae_title = "ORTHANC"
host = "127.0.0.1"
port = {orthanc.port}
url = "{orthanc.url}"
'''
    )
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(path))
    return path


def work(*arguments: str) -> int:
    return main(["work", "manager", *CAD, "--to", "archive", "--attempts", "1", *arguments])


def image(
    orthanc: Orthanc, make_instance: InstanceFactory, *, sop_class: str = "", **facts: Any
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Store a chest image; give its study, its series and itself."""
    study = generate_uid()
    path = make_instance("input.dcm", study_instance_uid=study, uid_seed=study, **facts)
    header = dcmread(path)
    if sop_class:
        header.SOPClassUID = header.file_meta.MediaStorageSOPClassUID = sop_class
        header.save_as(path)
    orthanc.store(path)
    reference = (str(header.SOPClassUID), str(header.SOPInstanceUID))
    return str(header.StudyInstanceUID), str(header.SeriesInstanceUID), (reference,)


def stored_there(orthanc: Orthanc, study: str) -> set[str]:
    """Give the SOP Instance UIDs of a study in the archive."""
    query = {"Level": "Instance", "Query": {"StudyInstanceUID": study}, "Expand": True}
    return {each["MainDicomTags"]["SOPInstanceUID"] for each in orthanc.rest("/tools/find", query)}


@pytest.mark.parametrize(
    ("way", "source"),
    [(["--web"], "title"), ([], "url"), (["--web"], "none")],
    ids=["web, by associations", "dimse, by DICOMweb", "web, from nowhere said"],
)
def test_inputs_are_scored_and_the_outputs_named(
    way: list[str],
    source: str,
    settings: Path,
    book: WorkitemBook,
    orthanc: Orthanc,
    make_instance: InstanceFactory,
) -> None:
    study, series, instances = image(orthanc, make_instance)
    ways = {"title": {"ae_title": "ORTHANC"}, "url": {"url": f"{orthanc.url}/studies/{study}"}}
    uid = book.add(workitem(input_of(study, series, instances, **ways.get(source, {}))))
    assert work(*way, "--from", "archive") == Exit.DONE
    item = book.get(uid)
    assert item is not None
    assert item.ProcedureStepState == "COMPLETED"
    (performed,) = item.UnifiedProcedureStepPerformedProcedureSequence
    (station,) = performed.PerformedStationNameCodeSequence
    assert station.CodeValue == "TRIAGE"
    named = set()
    for output in performed.OutputInformationSequence:
        assert output.StudyInstanceUID == study
        assert output.SeriesInstanceUID != series
        assert output.DICOMRetrievalSequence[0].RetrieveAETitle == "ORTHANC"
        assert output.WADORSRetrievalSequence[0].RetrieveURL.startswith(orthanc.url)
        named |= {each.ReferencedSOPInstanceUID for each in output.ReferencedSOPSequence}
    classes = {
        reference.ReferencedSOPClassUID
        for output in performed.OutputInformationSequence
        for reference in output.ReferencedSOPSequence
    }
    assert "1.2.840.10008.5.1.4.1.1.88.34" in classes
    assert named == stored_there(orthanc, study) - {instances[0][1]}
    assert [said for each, said in book.history if each == uid] == [
        "IN PROGRESS",
        "0 %",
        "60 %",
        "80 %",
        "100 %",
        "COMPLETED",
    ]


def progress_of(book: WorkitemBook, uid: str) -> Dataset:
    item = book.get(uid)
    assert item is not None
    assert item.ProcedureStepState == "CANCELED"
    (progress,) = item.ProcedureStepProgressInformationSequence
    return progress


@pytest.mark.parametrize(
    ("case", "code", "reason"),
    [
        ("nothing", "110523", "names no input"),
        ("unknown", "110523", "did not come"),
        ("elsewhere", "110523", "names no system that is in our settings"),
        ("unreadable", "110521", "could be read"),
        ("other class", "110522", "the model does not read"),
    ],
)
def test_a_workitem_whose_inputs_cannot_be_read_is_canceled_with_the_reason(
    case: str,
    code: str,
    reason: str,
    settings: Path,
    book: WorkitemBook,
    orthanc: Orthanc,
    make_instance: InstanceFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inputs = []
    if case == "unknown":
        inputs = [input_of("1.2.99", "1.2.98", ((CR, "1.2.97"),), ae_title="ORTHANC")]
    elif case == "elsewhere":
        inputs = [input_of("1.2.99", "1.2.98", url="http://127.0.0.1:9/dicom-web")]
    elif case == "unreadable":
        found = image(orthanc, make_instance, changes={"BitsStored": 40, "HighBit": 39})
        inputs = [input_of(*found, ae_title="ORTHANC")]
    elif case == "other class":
        found = image(orthanc, make_instance, sop_class="1.2.840.10008.5.1.4.1.1.7")
        inputs = [input_of(*found, ae_title="ORTHANC")]
    uid = book.add(workitem(*inputs))
    assert work() == Exit.DONE_WITH_FAILURES
    progress = progress_of(book, uid)
    assert reason in progress.ReasonForCancellation
    assert progress.ProcedureStepDiscontinuationReasonCodeSequence[0].CodeValue == code
    assert progress.ProcedureStepCancellationDateTime
    assert "CANCELED" in capsys.readouterr().err


def test_an_image_that_is_no_case_is_a_result_and_no_failure(
    settings: Path, book: WorkitemBook, orthanc: Orthanc, make_instance: InstanceFactory
) -> None:
    found = image(orthanc, make_instance, body_part="HAND")
    uid = book.add(workitem(input_of(*found, ae_title="ORTHANC")))
    assert work() == Exit.DONE
    assert book.state(uid) == "COMPLETED"


def test_workitems_are_taken_by_priority_and_those_of_others_are_left(
    settings: Path, book: WorkitemBook, orthanc: Orthanc, make_instance: InstanceFactory
) -> None:
    wanted = input_of(*image(orthanc, make_instance), ae_title="ORTHANC")
    low = book.add(workitem(wanted, priority="LOW"))
    high = book.add(workitem(wanted, priority="HIGH"))
    others = [
        book.add(workitem(wanted, codes=(("110005", "DCM"),))),
        book.add(workitem(wanted, codes=())),
        book.add(workitem(wanted, readiness="INCOMPLETE")),
    ]
    assert work() == Exit.DONE
    assert [uid for uid, said in book.history if said == "IN PROGRESS"] == [high, low]
    assert {book.state(uid) for uid in others} == {"SCHEDULED"}


def test_a_claim_that_a_program_left_is_taken_up_again(
    settings: Path,
    tmp_path: Path,
    book: WorkitemBook,
    orthanc: Orthanc,
    make_instance: InstanceFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = input_of(*image(orthanc, make_instance), ae_title="ORTHANC")
    ours, scheduled, others = (book.add(workitem(wanted)) for _ in range(3))
    with WorklistStore.open(tmp_path / "list.sqlite") as store:
        for uid in (ours, scheduled, others):
            store.workitem_claims.add("manager", uid, f"{uid[:40]}.1")
    book.change_state(ours, "IN PROGRESS", f"{ours[:40]}.1")
    book.change_state(others, "IN PROGRESS", "1.9.9")
    assert work() == Exit.DONE
    assert (book.state(ours), book.state(scheduled)) == ("COMPLETED", "COMPLETED")
    assert book.state(others) == "IN PROGRESS", "another performer's workitem is not touched"
    assert "taken up again" in capsys.readouterr().err
    with WorklistStore.open(tmp_path / "list.sqlite") as store:
        assert store.workitem_claims.list_claims("manager") == []


def test_a_wrong_call_is_told(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["work", "manager", "--to", "archive"]) == Exit.USAGE
    assert main(["work", "nobody", *CAD, "--to", "archive"]) == Exit.USAGE
    assert main(["work", "manager", *CAD, "--to", "nowhere"]) == Exit.COULD_NOT_RUN
    said = capsys.readouterr().err
    assert "--code" in said
    assert "nobody" in said
    assert "nowhere" in said
