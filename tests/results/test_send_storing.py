"""The queue of a destination is worked off by C-STORE: each instance arrives once, as stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pynetdicom.sop_class import _STORAGE_CLASSES

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station
from tests.results.receiving_peer import EXPLICIT, IMPLICIT, StoringPeer
from triage_app.errors import TriageError
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.source import FileSource
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.sending.conversion import choose_syntax, convert
from triage_app.results.sending.destination import Destination, Way, find_destination
from triage_app.results.sending.outgoing import Unsendable, find_outgoing
from triage_app.results.sending.sender import (
    CommitmentAsked,
    GivenUp,
    Paused,
    Sender,
    SendingEvent,
    Sent,
    pause_seconds,
)
from triage_app.results.sending.turn import Turn, TurnTakenError
from triage_app.worklist.delivery_records import DeliveryState, Outgoing
from triage_app.worklist.store import WorklistStore

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
RLE = "1.2.840.10008.1.2.5"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
AT_ONCE = {"first_pause_seconds": 0.0, "name": "pacs", "peer": "peer"}

PeerFactory = Callable[..., StoringPeer]


@pytest.fixture
def start_peer() -> Iterator[PeerFactory]:
    peers: list[StoringPeer] = []

    def start(**options: object) -> StoringPeer:
        peers.append(StoringPeer(**options))  # type: ignore[arg-type] # as the test says
        return peers[-1]

    yield start
    for peer in peers:
        peer.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "worklist.sqlite") as opened:
        yield opened


def queue(store: WorklistStore, *paths: Path) -> list[str]:
    found = [each for each in find_outgoing(paths) if isinstance(each, Outgoing)]
    store.deliveries.add("pacs", found)
    return [each.sop_instance_uid for each in found]


def work(
    store: WorklistStore,
    peer: Peer,
    folder: Path,
    *,
    keeps_trying: bool = False,
    **options: object,
) -> list[SendingEvent]:
    destination = Destination.model_validate({**AT_ONCE, **options})
    with Turn(folder / "turns", destination.name) as turn:
        sender = Sender(destination, peer, Calling("US"), store.deliveries, turn)
        events = sender.run(CancelToken(), keeps_trying=keeps_trying)
        return [event for event in events if event is not None]


def states(store: WorklistStore) -> list[DeliveryState]:
    return [each.state for each in store.deliveries.list_deliveries("pacs")]


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, JPEG_LOSSLESS, RLE, DEFLATED, BIG_ENDIAN])
def test_what_the_peer_takes_is_sent_byte_by_byte(
    start_peer: PeerFactory,
    store: WorklistStore,
    make_instance: InstanceFactory,
    tmp_path: Path,
    syntax: str,
) -> None:
    peer = start_peer(syntaxes=[EXPLICIT, IMPLICIT, syntax])
    path = make_instance(transfer_syntax_uid=syntax)
    (uid,) = queue(store, path)
    assert work(store, peer.peer, tmp_path) == [
        Sent(store.deliveries.list_deliveries()[0].outgoing, "")
    ]
    arrived_in, content = peer.kept[uid]
    assert arrived_in == syntax
    assert path.read_bytes().endswith(content)
    assert states(store) == [DeliveryState.DELIVERED]


@pytest.mark.parametrize("taken", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("stored", [JPEG_LOSSLESS, RLE, DEFLATED, BIG_ENDIAN, EXPLICIT, IMPLICIT])
def test_else_it_is_sent_uncompressed_with_every_value_as_it_was(
    start_peer: PeerFactory,
    store: WorklistStore,
    make_instance: InstanceFactory,
    tmp_path: Path,
    stored: str,
    taken: str,
) -> None:
    if stored == taken:
        pytest.skip("is taken as it is")
    peer = start_peer(syntaxes=[taken])
    path = make_instance(
        transfer_syntax_uid=stored, bits_stored=12, is_signed=True, photometric="MONOCHROME1"
    )
    (uid,) = queue(store, path)
    (event,) = work(store, peer.peer, tmp_path)
    assert isinstance(event, Sent)
    assert "instead of" in event.detail
    assert store.deliveries.list_deliveries()[0].detail == event.detail
    syntax, content = peer.kept[uid]
    arrived = write_file(content, syntax, tmp_path / "arrived.dcm")
    before, after = read_instance(FileSource(path)), read_instance(FileSource(arrived))
    assert (read_stored_values(before) == read_stored_values(after)).all()
    assert comparable(path) == comparable(arrived)


def write_file(content: bytes, syntax: str, path: Path) -> Path:
    meta = b"\x02\x00\x10\x00UI" + (len(syntax) + len(syntax) % 2).to_bytes(2, "little")
    meta += syntax.encode() + b"\0" * (len(syntax) % 2)
    path.write_bytes(bytes(128) + b"DICM" + meta + content)
    return path


def comparable(path: Path) -> Dataset:
    """Give all elements but the pixels as text, so that neither VR nor byte order tells."""
    dataset = dcmread(path)
    del dataset.PixelData
    return {str(each.tag): str(each.value) for each in dataset}  # type: ignore[return-value]


def test_the_same_again_is_not_sent_again(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer, path = start_peer(), make_instance()
    for _ in range(2):
        queue(store, path)
        work(store, peer.peer, tmp_path)
    assert len(peer.requests) == 1


def test_a_class_that_is_not_taken_is_given_up_at_once_and_told(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer = start_peer()
    dx = make_instance("dx.dcm", sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1")
    queue(store, dx, make_instance("cr.dcm"))
    events = work(store, peer.peer, tmp_path)
    assert [type(event) for event in events] == [GivenUp, Sent]
    assert "is not taken there" in store.deliveries.list_deliveries()[0].detail


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0xA700, DeliveryState.WAITING),
        (0x0110, DeliveryState.WAITING),
        (0xA900, DeliveryState.FAILED),
        (0xC001, DeliveryState.FAILED),
        (0xB000, DeliveryState.DELIVERED),
    ],
    ids=["out of resources", "failed", "does not match", "not understood", "coerced"],
)
def test_a_status_decides_whether_to_try_again(
    start_peer: PeerFactory,
    store: WorklistStore,
    make_instance: InstanceFactory,
    tmp_path: Path,
    status: int,
    state: DeliveryState,
) -> None:
    peer = start_peer(answer=lambda _uid, _before: status)
    queue(store, make_instance())
    work(store, peer.peer, tmp_path, first_pause_seconds=1000.0)
    assert states(store) == [state]
    assert f"{status:#06x}" in store.deliveries.list_deliveries()[0].detail


def test_a_refusal_for_now_is_tried_until_it_is_taken(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer = start_peer(answer=lambda _uid, before: 0xA700 if before < 3 else 0)
    queue(store, make_instance())
    events = work(store, peer.peer, tmp_path, keeps_trying=True)
    assert [type(event) for event in events] == [Paused, Paused, Paused, Sent]


def test_what_fails_too_often_is_listed_and_can_be_sent_again(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer = start_peer(answer=lambda _uid, before: 0xA700 if before < 2 else 0)
    queue(store, make_instance())
    events = work(store, peer.peer, tmp_path, keeps_trying=True, most_attempts=2)
    assert [type(event) for event in events] == [Paused, GivenUp]
    assert store.deliveries.resend("pacs") == 1
    work(store, peer.peer, tmp_path)
    assert states(store) == [DeliveryState.DELIVERED]


def test_an_instance_that_ends_the_association_does_not_keep_the_others(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    paths = [make_instance(f"{number}.dcm") for number in range(4)]
    uids = queue(store, *paths)
    peer = start_peer(answer=lambda uid, _before: None if uid == uids[1] else 0)
    work(store, peer.peer, tmp_path, first_pause_seconds=1000.0)
    assert sorted(peer.kept) == sorted(uid for uid in uids if uid != uids[1])
    bad = store.deliveries.list_deliveries("pacs", [DeliveryState.WAITING])
    assert [(each.outgoing.sop_instance_uid, each.attempts) for each in bad] == [(uids[1], 1)]
    assert states(store).count(DeliveryState.DELIVERED) == 3


def test_a_peer_that_refuses_us_is_told_once_and_everything_waits(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer = start_peer()
    queue(store, *(make_instance(f"{number}.dcm") for number in range(3)))
    stranger = peer.peer.model_copy(update={"ae_title": "ANOTHER"})
    (event,) = work(store, stranger, tmp_path)
    assert isinstance(event, Paused)
    assert "refuses us" in event.sentence
    assert states(store) == [DeliveryState.WAITING] * 3


def test_a_file_that_was_changed_or_taken_away_is_not_sent(
    start_peer: PeerFactory, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    peer = start_peer()
    changed, gone = make_instance("changed.dcm"), make_instance("gone.dcm")
    queue(store, changed, gone)
    changed.write_bytes(make_instance("other.dcm").read_bytes())
    gone.unlink()
    events = work(store, peer.peer, tmp_path)
    assert [type(event) for event in events] == [GivenUp, GivenUp]
    assert peer.requests == []
    details = [each.detail for each in store.deliveries.list_deliveries()]
    assert "was changed since" in details[0]
    assert "gone.dcm" in details[1]


def test_a_file_that_names_two_instances_is_not_queued(
    make_instance: InstanceFactory, tmp_path: Path
) -> None:
    dataset = dcmread(make_instance())
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dcmwrite(tmp_path / "two.dcm", dataset)
    (found,) = find_outgoing([tmp_path / "two.dcm"])
    assert isinstance(found, Unsendable)
    assert found.is_failure
    assert "names another instance" in found.sentence


def test_many_classes_share_as_few_associations_as_there_is_room_for(
    start_peer: PeerFactory, store: WorklistStore, tmp_path: Path, make_instance: InstanceFactory
) -> None:
    classes = list(_STORAGE_CLASSES.values())[:66]
    peer = start_peer(sop_class_uids=classes)
    for number, sop_class_uid in enumerate(classes):
        path = make_instance(f"{number}.dcm", shape=(8, 8), changes={"SOPClassUID": sop_class_uid})
        dataset = dcmread(path)
        dataset.file_meta.MediaStorageSOPClassUID = sop_class_uid
        dataset.save_as(path)
        queue(store, path)
    work(store, peer.peer, tmp_path)
    assert len(peer.kept) == len(classes)
    assert peer.associations == 2


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """Give a receiver of ours, which performs storage commitment."""
    opened = Station(ReceiverOptions(port=0, least_free_mib=0), tmp_path / "station")
    yield opened
    opened.close()


def peer_of(station: Station) -> Peer:
    return Peer(name="peer", ae_title="TRIAGE", host=station.host, port=station.port)


def test_with_commitment_an_instance_is_delivered_when_the_peer_has_committed(
    station: Station, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    queue(store, make_instance("a.dcm"), make_instance("b.dcm"))
    events = work(
        store,
        peer_of(station),
        tmp_path,
        asks_for_commitment=True,
        commitment_wait_seconds=30.0,
    )
    assert events[-1] == CommitmentAsked(2, is_answered=True)
    assert states(store) == [DeliveryState.DELIVERED] * 2


def test_what_was_taken_and_is_not_kept_stands_in_the_list_of_errors(
    station: Station, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    (uid,) = queue(store, make_instance())
    destination = Destination.model_validate({**AT_ONCE, "asks_for_commitment": True})
    destination = destination.model_copy(update={"commitment_wait_seconds": 30.0})
    with Turn(tmp_path / "turns", "pacs") as turn:
        sender = Sender(destination, peer_of(station), Calling("US"), store.deliveries, turn)
        for event in sender.run(CancelToken(), keeps_trying=False):
            if isinstance(event, Sent):
                Path(station.store.arrivals.find([uid])[uid].path).unlink()
    (delivery,) = store.deliveries.list_deliveries()
    assert delivery.state is DeliveryState.FAILED
    assert "not committed to" in delivery.detail


def test_one_program_at_a_time_has_the_turn(tmp_path: Path) -> None:
    with Turn(tmp_path, "pacs"), Turn(tmp_path, "vna"), pytest.raises(TurnTakenError, match="pacs"):
        Turn(tmp_path, "pacs")
    Turn(tmp_path, "pacs").close()


def test_pauses_grow_are_bounded_and_scatter() -> None:
    destination = Destination(
        name="pacs", peer="peer", first_pause_seconds=2, longest_pause_seconds=60
    )
    longest = [pause_seconds(destination, attempts, lambda: 0.0) for attempts in range(1, 9)]
    assert longest == [2, 4, 8, 16, 32, 60, 60, 60]
    assert pause_seconds(destination, 1000, lambda: 1.0) == 30


def test_the_choice_of_a_syntax_never_compresses() -> None:
    assert choose_syntax(EXPLICIT, [JPEG_LOSSLESS, RLE]) is None
    assert choose_syntax(JPEG_LOSSLESS, [IMPLICIT, EXPLICIT]) == EXPLICIT
    with pytest.raises(ValueError, match="expected one of"):
        convert(FileSource(Path("a.dcm")), EXPLICIT, RLE)


PEERS = (
    Peer(name="pacs", ae_title="PACS", host="h"),
    Peer(name="cloud", url="https://h/dicom-web"),
)


def test_a_peer_is_a_destination_of_its_own_name() -> None:
    assert find_destination("pacs", (), PEERS)[0].way is Way.STORE
    assert find_destination("cloud", (), PEERS)[0].way is Way.WEB


@pytest.mark.parametrize(
    ("name", "destination", "says"),
    [
        ("x", {}, "no destination"),
        ("d", {"peer": "gone"}, "gone"),
        ("d", {"peer": "cloud"}, "ae_title"),
        ("d", {"peer": "pacs", "way": "web"}, "url"),
    ],
    ids=["unknown", "unknown peer", "no associations", "no web"],
)
def test_a_destination_that_cannot_be_is_told(
    name: str, destination: dict[str, str], says: str
) -> None:
    known = [Destination.model_validate({"name": "d", **destination})] if destination else []
    with pytest.raises(TriageError, match=says):
        find_destination(name, known, PEERS)


@pytest.mark.parametrize("name", ["US1_J2KI", "VL1_J2KI", "RG3_JPLL", "MR1_RLE"])
def test_a_real_image_keeps_its_uid_when_it_is_decompressed(shared_folder: Path, name: str) -> None:
    path = shared_folder / "data" / "dicom_public" / "nema_wg04" / name
    before = dcmread(path)
    after = convert(FileSource(path), str(before.file_meta.TransferSyntaxUID), EXPLICIT)
    assert after.SOPInstanceUID == before.SOPInstanceUID
    assert after.file_meta.MediaStorageSOPInstanceUID == before.SOPInstanceUID
    size = before.Rows * before.Columns * before.SamplesPerPixel * before.BitsAllocated // 8
    assert len(after.PixelData) == size + size % 2
    assert not after["PixelData"].is_undefined_length
