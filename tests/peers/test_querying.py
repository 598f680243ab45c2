"""We search and fetch at archives of other vendors: dcmqrscp and Orthanc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR, DX, Station
from tests.peers.programs import Archive, Orthanc, free_port
from triage_app.errors import PeerError
from triage_app.intake.custody import Custody
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.querying.fetching import Fetcher, search
from triage_app.intake.querying.find import QueryRoot
from triage_app.intake.querying.keys import Method, QueryKeys, StudyMatch
from triage_app.intake.querying.polling import Found, Poller, PollFailed
from triage_app.intake.querying.retrieve import Retrieved
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.peer

# pynetdicom leaves the socket of a refused connection to the garbage collector
REFUSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
OURS = {"1.2.7.1", "1.2.7.2", "1.2.7.3"}
ROOTS = pytest.mark.parametrize("root", list(QueryRoot))


@pytest.fixture(params=["dcmqrscp", "orthanc"])
def archive(request: pytest.FixtureRequest, studies: list[Path]) -> Archive:
    """Give each archive with the three studies in it."""
    chosen: Archive = request.getfixturevalue(request.param)
    chosen.store(*studies)
    return chosen


@pytest.fixture
def peer(archive: Archive) -> Peer:
    return peer_of(archive)


def peer_of(archive: Archive) -> Peer:
    url = archive.url if isinstance(archive, Orthanc) else ""
    return Peer(
        name="archive", ae_title=archive.ae_title, host="127.0.0.1", port=archive.port, url=url
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "own.sqlite") as opened:
        yield opened


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(SpoolOptions(tmp_path / "own-spool", 0)) as opened:
        yield opened


@pytest.fixture
def custody(spool: Spool, store: WorklistStore) -> Custody:
    return Custody(spool, store.arrivals)


def fetcher_of(
    peer: Peer,
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
    root: QueryRoot = QueryRoot.STUDY,
) -> Fetcher:
    return Fetcher(peer, options, store, custody, [CR, DX], root=root)


def uids(studies: list[StudyMatch]) -> set[str]:
    return {study.study_instance_uid for study in studies}


@ROOTS
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (QueryKeys(), OURS),
        (QueryKeys(patient_name="Ada*"), {"1.2.7.1"}),
        (QueryKeys(patient_name="Yamada*"), {"1.2.7.3"}),
        (QueryKeys(patient_id="P-2"), {"1.2.7.2"}),
        (QueryKeys(accession_number="ACC-1"), OURS),
        (QueryKeys(date="2024-03-05"), OURS),
        (QueryKeys(date="2024-03-06.."), set()),
        (QueryKeys(modalities=("CR", "DX")), OURS),
        (QueryKeys(modalities=("MR",)), set()),
        (QueryKeys(study_description="Ch*"), OURS),
        (QueryKeys(study_instance_uid="1.2.7.3"), {"1.2.7.3"}),
    ],
    ids=lambda value: (
        str(value.model_dump(exclude_defaults=True)) if isinstance(value, QueryKeys) else ""
    ),
)
def test_studies_are_found_by_each_key(
    peer: Peer, options: ReceiverOptions, root: QueryRoot, keys: QueryKeys, expected: set[str]
) -> None:
    found = search(peer, options, keys, root=root)
    assert uids(found) & OURS == expected


def test_what_is_found_says_who_and_what(peer: Peer, options: ReceiverOptions) -> None:
    (study,) = search(peer, options, QueryKeys(patient_name="Ada*", modalities=("CR",)))
    assert study.patient_name.upper() == "ADA^ANNA"
    assert (study.patient_id, study.accession_number) == ("P-1", "ACC-1")
    assert (study.study_date, study.description) == ("20240305", "Chest")
    assert study.modalities == ("CR",)
    assert study.series is not None
    assert {series.modality for series in study.series} == {"CR"}


def test_a_body_part_chooses_where_the_archive_states_it(
    archive: Archive, peer: Peer, options: ReceiverOptions
) -> None:
    found = uids(search(peer, options, QueryKeys(body_part="HAND"))) & OURS
    # dcmqrscp does not state it, and what is not stated is no reason to leave a study out
    assert found == ({"1.2.7.2"} if isinstance(archive, Orthanc) else OURS)


def test_names_in_other_scripts_are_read(peer: Peer, options: ReceiverOptions) -> None:
    (study,) = search(peer, options, QueryKeys(study_instance_uid="1.2.7.3"))
    assert "山田^太郎" in study.patient_name


@ROOTS
@pytest.mark.parametrize("method", [Method.GET, Method.MOVE])
def test_studies_are_fetched_by_get_and_move(
    peer: Peer,
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
    spool: Spool,
    studies: list[Path],
    method: Method,
    root: QueryRoot,
) -> None:
    fetcher = fetcher_of(peer, options, store, custody, root)
    found = search(peer, options, QueryKeys(study_instance_uid="1.2.7.1"), root=root)
    (retrieved,) = fetcher.fetch(found, method)
    assert (retrieved.failure, retrieved.failed) == ("", 0)
    assert retrieved.completed == len(list(spool.files()))
    fetched = {dataset.SOPInstanceUID: dataset for dataset in map(dcmread, spool.files())}
    for path in studies[:2]:
        sent = dcmread(path)
        assert fetched[sent.SOPInstanceUID].PixelData == sent.PixelData


def test_only_the_series_that_match_are_fetched(
    peer: Peer, options: ReceiverOptions, store: WorklistStore, custody: Custody, spool: Spool
) -> None:
    fetcher = fetcher_of(peer, options, store, custody)
    found = search(peer, options, QueryKeys(patient_id="P-2", body_part="HAND"))
    assert [retrieved.failure for retrieved in fetcher.fetch(found, Method.GET)] == [""]
    assert {dcmread(path).BodyPartExamined for path in spool.files()} == {"HAND"}


def test_a_move_goes_to_a_receiver_that_runs_already(
    peer: Peer,
    station: Station,
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
    spool: Spool,
) -> None:
    found = search(peer, options, QueryKeys(patient_id="P-2"))
    (retrieved,) = fetcher_of(peer, options, store, custody).fetch(found, Method.MOVE)
    assert retrieved.failure == ""
    assert list(spool.files()) == []
    assert len(list(station.spool.files())) == retrieved.completed


def test_a_destination_that_the_archive_does_not_know_is_told(
    dcmqrscp: Archive,
    studies: list[Path],
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
) -> None:
    dcmqrscp.store(*studies)
    peer = peer_of(dcmqrscp)
    found = search(peer, options, QueryKeys(patient_id="P-2"))
    fetcher = fetcher_of(peer, options, store, custody)
    (retrieved,) = fetcher.fetch(found, Method.MOVE, destination="NOBODY")
    assert "0xa801" in retrieved.failure.lower()


def test_polling_fetches_what_is_new_and_only_that(
    peer: Peer,
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
) -> None:
    fetcher = fetcher_of(peer, options, store, custody)
    keys = QueryKeys(patient_id="P-2", modalities=("CR", "DX"), body_part="HAND")
    events = list(Poller(fetcher, Method.GET).poll(keys, CancelToken(), every_seconds=0.0, times=2))
    first, retrieved, second = events
    assert isinstance(first, Found)
    assert uids(list(first.studies)) == {"1.2.7.2"}
    assert isinstance(retrieved, Retrieved)
    assert second == Found(())


@REFUSED
def test_polling_goes_on_after_a_failure(
    options: ReceiverOptions, store: WorklistStore, custody: Custody
) -> None:
    nobody = Peer(name="nobody", ae_title="NOBODY", host="127.0.0.1", port=free_port())
    fetcher = fetcher_of(nobody, options, store, custody)
    poller = Poller(fetcher, Method.GET)
    events = list(poller.poll(QueryKeys(), CancelToken(), every_seconds=0.0, times=2))
    assert [type(event) for event in events] == [PollFailed, PollFailed]


@REFUSED
def test_a_peer_that_is_not_there_is_told(options: ReceiverOptions) -> None:
    nobody = Peer(name="nobody", ae_title="NOBODY", host="127.0.0.1", port=free_port())
    with pytest.raises(PeerError, match="cannot be reached; check host and port"):
        search(nobody, options, QueryKeys())


def test_a_peer_that_does_not_know_the_title_is_told(
    dcmqrscp: Archive, options: ReceiverOptions
) -> None:
    other = peer_of(dcmqrscp).model_copy(update={"ae_title": "OTHER"})
    with pytest.raises(PeerError, match="AE titles"):
        search(other, options, QueryKeys())


@pytest.mark.parametrize("method", [Method.GET, Method.MOVE])
def test_of_a_study_that_has_grown_only_what_is_missing_is_fetched(
    archive: Archive,
    peer: Peer,
    options: ReceiverOptions,
    store: WorklistStore,
    custody: Custody,
    make_instance: InstanceFactory,
    method: Method,
) -> None:
    study = {"study_instance_uid": f"1.2.8.{method}".replace("get", "1").replace("move", "2")}
    series = {"SeriesInstanceUID": f"{study['study_instance_uid']}.9"}
    first, second, third = (
        make_instance(f"g{number}.dcm", uid_seed=f"g{number}{method}", changes=series, **study)
        for number in range(3)
    )
    archive.store(first)
    keys = QueryKeys(**study)
    fetcher = fetcher_of(peer, options, store, custody)
    list(Poller(fetcher, method).poll(keys, CancelToken(), every_seconds=0.0, times=1))
    assert sum(store.arrivals.count_by_state().values()) == 1
    archive.store(second, third)
    # a new poller knows nothing of the rounds before: it is the instances that tell
    events = list(Poller(fetcher, method).poll(keys, CancelToken(), every_seconds=0.0, times=1))
    found, retrieved = events
    assert isinstance(found, Found)
    assert isinstance(retrieved, Retrieved)
    assert (retrieved.completed, retrieved.failed, retrieved.failure) == (2, 0, "")
    assert sum(store.arrivals.count_by_state().values()) == 3
