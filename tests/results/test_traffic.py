"""What came in is scored, and its results go by themselves to who wants them, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import Comprehensive3DSRStorage, SecondaryCaptureImageStorage

from tests.conftest import InstanceFactory
from tests.results.receiving_peer import EXPLICIT, StoringPeer
from tests.waiting import SECONDS, wait_until
from triage_app.intake.custody import Custody, split_file
from triage_app.intake.events import Assessed, CancelToken
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.intake.work import Troubled
from triage_app.results.sending.destination import Destination
from triage_app.results.sending.reporting import Reported
from triage_app.results.sending.sender import Sent
from triage_app.results.traffic import Traffic, TrafficEvent
from triage_app.results.traffic_options import TrafficOptions
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.store import WorklistStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "w.sqlite") as opened:
        yield opened


@pytest.fixture
def peer() -> Iterator[StoringPeer]:
    classes = (Comprehensive3DSRStorage, SecondaryCaptureImageStorage)
    made = StoringPeer(syntaxes=(EXPLICIT,), sop_class_uids=classes)
    yield made
    made.close()


def take_in(store: WorklistStore, folder: Path, path: Path) -> None:
    with Spool(SpoolOptions(folder / "spool", 0)) as spool:
        Custody(spool, store.arrivals).take(split_file(path.read_bytes(), "SENDER"))


def options_of(
    folder: Path, model: Path, peer: StoringPeer, *destinations: Destination
) -> TrafficOptions:
    return TrafficOptions(
        receiver=ReceiverOptions(least_free_mib=0, quiet_seconds=0),
        spool_folder=folder / "spool",
        results_folder=folder / "results",
        model_path=model,
        processes=1,
        seconds_per_file=SECONDS,
        peers=(peer.peer,),
        destinations=destinations,
        listens=False,
    )


def run_until_reported(
    options: TrafficOptions, store: WorklistStore, instances: int
) -> list[TrafficEvent]:
    """Run until the results of all instances are queued and the queue is empty."""
    cancel, events = CancelToken(), list[TrafficEvent]()

    def is_done() -> bool:
        states = store.arrivals.count_by_state()
        waiting = store.deliveries.list_deliveries()
        is_sent = all(each.state in ("delivered", "failed") for each in waiting)
        return states[ArrivalState.REPORTED] == instances and is_sent

    traffic = Traffic(options, store).run(cancel)

    def step() -> bool:
        event = next(traffic)
        if event is not None:
            events.append(event)
        return is_done()

    wait_until(step, "the results")
    cancel.cancel()
    events += [event for event in traffic if event is not None]
    return events


def test_results_arrive_once_and_a_late_image_brings_a_new_report(
    store: WorklistStore,
    peer: StoringPeer,
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    tmp_path: Path,
) -> None:
    destination = Destination(name="archive", peer="peer", results=("sr", "sc"))
    options = options_of(tmp_path, tiny_model_path, peer, destination)
    take_in(store, tmp_path, make_instance("a.dcm", study_instance_uid="1.2.3"))
    events = run_until_reported(options, store, 1)
    assert sum(isinstance(event, Assessed) for event in events) == 1
    assert [event for event in events if isinstance(event, Reported)] == [Reported("1.2.3", 2)]
    assert sum(isinstance(event, Sent) for event in events) == 2
    assert len(peer.kept) == 2
    first = set(peer.kept)

    # the same program again finds nothing to do
    assert run_until_reported(options, store, 1) == []
    assert len(peer.requests) == 2

    take_in(store, tmp_path, make_instance("b.dcm", study_instance_uid="1.2.3"))
    run_until_reported(options, store, 2)
    new = set(peer.kept) - first
    assert len(new) == 2  # a picture of the late image, and a report on both
    (report,) = [
        dataset
        for path in (tmp_path / "results" / "1.2.3").glob("sr-*.dcm")
        if (dataset := dcmread(path)).SOPInstanceUID in new
    ]
    (predecessor,) = report.PredecessorDocumentsSequence
    before = predecessor.ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert before.ReferencedSOPInstanceUID in first
    assert len(peer.requests) == 4


def test_a_destination_without_a_peer_is_told_and_the_work_goes_on(
    store: WorklistStore,
    peer: StoringPeer,
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    tmp_path: Path,
) -> None:
    options = options_of(
        tmp_path, tiny_model_path, peer, Destination(name="archive", peer="nobody")
    )
    take_in(store, tmp_path, make_instance("a.dcm"))
    events = run_until_reported(options, store, 1)
    assert sum(isinstance(event, Assessed) for event in events) == 1
    (trouble,) = [event for event in events if isinstance(event, Troubled)]
    assert "its peer 'nobody' is not in the settings" in trouble.sentence
