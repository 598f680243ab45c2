"""Orders come from dcmtk's modality worklist server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from tests.peers.programs import RunningProgram, free_port, is_listening, require
from tests.waiting import wait_until
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import PeerError, TriageError
from triage_app.intake.events import CancelToken
from triage_app.intake.ordering.following import OrdersNoted, follow_orders
from triage_app.intake.ordering.modality_worklist import find_orders
from triage_app.intake.ordering.order_rules import OrderRule, WorklistKeys
from triage_app.intake.peers import Calling, Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.worklist.orders import Order
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.peer

US = Calling("TRIAGE")


def write_entry(
    folder: Path,
    accession: str,
    priority: str,
    *,
    study: str = "",
    modality: str = "DX",
    day: date | None = None,
    patient: str = "P-1",
) -> None:
    """Write a worklist entry as wlmscpfs reads it: a file of the scheduled procedure step."""
    step = Dataset()
    step.ScheduledStationAETitle = "ROOM1"
    step.ScheduledProcedureStepStartDate = f"{day or date.today():%Y%m%d}"
    step.ScheduledProcedureStepStartTime = "080000"
    step.Modality = modality
    step.ScheduledProcedureStepID = "S1"
    step.ScheduledProcedureStepDescription = "Chest"
    step.ScheduledPerformingPhysicianName = ""
    entry = Dataset()
    entry.SpecificCharacterSet = "ISO_IR 192"
    entry.AccessionNumber = accession
    entry.PatientName = "Probe^Petra"
    entry.PatientID = patient
    entry.PatientBirthDate, entry.PatientSex = "20210201", "F"
    entry.StudyInstanceUID = study or generate_uid()
    entry.RequestedProcedureID = "R1"
    entry.RequestedProcedureDescription = "Chest"
    entry.RequestedProcedurePriority = priority
    entry.ReferringPhysicianName = ""
    entry.ScheduledProcedureStepSequence = Sequence([step])
    entry.file_meta = FileMetaDataset()
    entry.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    entry.file_meta.MediaStorageSOPClassUID = "1.2.276.0.7230010.3.1.0.1"
    entry.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    entry.save_as(folder / f"{accession}.wl", enforce_file_format=True)


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    folder = tmp_path / "worklist" / "RIS"
    folder.mkdir(parents=True)
    (folder / "lockfile").touch()
    return folder


@pytest.fixture
def peer(entries: Path) -> Iterator[Peer]:
    port = free_port()
    command = [require("wlmscpfs"), "-dfp", str(entries.parent), str(port)]
    server = RunningProgram(command, entries.parent.parent)
    wait_until(lambda: is_listening(server, port), "wlmscpfs to listen")
    yield Peer(name="RIS", ae_title="RIS", host="127.0.0.1", port=port)
    server.close()


def test_orders_are_found_by_day_modality_and_number(peer: Peer, entries: Path) -> None:
    write_entry(entries, "A1", "STAT", study="1.2.3")
    write_entry(entries, "A2", "ROUTINE", modality="CT")
    write_entry(entries, "A3", "HIGH", modality="CR", day=date(2020, 1, 2))

    def numbers(keys: WorklistKeys) -> set[str]:
        return {order.accession_number for order in find_orders(peer, US, keys)}

    assert find_orders(peer, US, WorklistKeys(modalities=("DX", "CR"))) == [
        Order("A1", "1.2.3", "P-1", "STAT")
    ]
    assert numbers(WorklistKeys()) == {"A1", "A2"}
    assert numbers(WorklistKeys("")) == {"A1", "A2", "A3"}
    assert numbers(WorklistKeys("2020-01-01..2020-01-31")) == {"A3"}
    assert numbers(WorklistKeys("", accession_number="A3")) == {"A3"}
    assert numbers(WorklistKeys(station_ae_title="ROOM2")) == set()


def test_a_worklist_that_is_not_there_is_told(peer: Peer) -> None:
    other = peer.model_copy(update={"ae_title": "NOBODY"})
    with pytest.raises(PeerError, match="RIS"):
        find_orders(other, US, WorklistKeys())


def test_the_command_raises_a_study(
    peer: Peer,
    entries: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database = tmp_path / "list.sqlite"
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'database = "{database}"\n[[peers]]\nname = "RIS"\nae_title = "RIS"\n'
        f'host = "127.0.0.1"\nport = {peer.port}\n'
    )
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(settings))
    write_entry(entries, "ACC-1", "STAT", study="1.2.99")
    assert main(["orders", "RIS"]) == Exit.DONE
    assert "1 orders of RIS; 0 studies here" in capsys.readouterr().err
    with WorklistStore.open(database) as store:
        ((source, order),) = store.orders.list_orders()
    assert (source, order.requested_priority) == ("RIS", "STAT")


def test_a_rule_asks_again_and_again(peer: Peer, entries: Path, tmp_path: Path) -> None:
    rule = OrderRule(name="orders", peer="RIS", every_seconds=3600)
    write_entry(entries, "A1", "STAT")
    cancel = CancelToken()
    with WorklistStore.open(tmp_path / "list.sqlite") as store:
        rounds = follow_orders(rule, [peer], ReceiverOptions(), store, cancel)
        assert next(rounds) == OrdersNoted("RIS", 1, ())
        assert next(rounds) is None
        cancel.cancel()
        assert list(rounds) == []
        assert len(store.orders.list_orders()) == 1
        with pytest.raises(TriageError, match="not in the settings"):
            next(follow_orders(rule, [], ReceiverOptions(), store, CancelToken()))


@pytest.mark.parametrize(
    "arguments", [["NOBODY"], ["RIS", "--date", "soon"]], ids=["unknown peer", "no date"]
)
def test_a_wrong_call_is_told(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[[peers]]\nname = "RIS"\nae_title = "RIS"\nhost = "127.0.0.1"\n')
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(settings))
    assert main(["orders", *arguments, "--database", str(tmp_path / "x.sqlite")]) == Exit.USAGE
