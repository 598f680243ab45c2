"""Fetching studies by C-GET and C-MOVE (PS3.4 C.4.2, C.4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pydicom.dataset import Dataset
from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.presentation import build_context, build_role
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from triage_app.errors import PeerError
from triage_app.imaging.elements import whole_number
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.intake.querying.find import QueryRoot, describe_status
from triage_app.intake.querying.keys import StudyMatch
from triage_app.intake.receiving.receiver import StoreInstance, storage_contexts

__all__ = ["Retrieved", "get_studies", "move_studies", "require_going_on"]

_SUCCESS = 0x0000
_SOME_FAILED = 0xB000
_MOST_UIDS = 50
_MOST_CONTEXTS = 127  # PS3.8 9.3.2.2: 128 in all, one of them for the request itself

_Send = Callable[[Dataset], Iterator[tuple[Dataset, Dataset | None]]]

_GET = {
    QueryRoot.STUDY: StudyRootQueryRetrieveInformationModelGet,
    QueryRoot.PATIENT: PatientRootQueryRetrieveInformationModelGet,
}
_MOVE = {
    QueryRoot.STUDY: StudyRootQueryRetrieveInformationModelMove,
    QueryRoot.PATIENT: PatientRootQueryRetrieveInformationModelMove,
}


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What became of one study, as its peer counts.

    Attributes
    ----------
    completed, failed : instances; those of classes that no model reads fail by intention
    failure : empty where the request itself went well
    """

    study_instance_uid: str
    completed: int = 0
    failed: int = 0
    failure: str = ""


def get_studies(
    peer: Peer,
    calling: Calling,
    studies: Sequence[StudyMatch],
    store: StoreInstance,
    sop_class_uids: Sequence[str],
    *,
    root: QueryRoot = QueryRoot.STUDY,
    cancel: CancelToken,
) -> Iterator[Retrieved]:
    """Fetch studies over one association by C-GET.

    Parameters
    ----------
    studies : to fetch; of each its series, where they are named, else the whole
    store : takes each instance
    sop_class_uids : that are asked for

    Raises
    ------
    PeerError
        where the peer cannot be reached or refuses, or `cancel` asked to stop
    """
    storage = storage_contexts(sop_class_uids)[:_MOST_CONTEXTS]
    roles = [build_role(str(context.abstract_syntax), scp_role=True) for context in storage]
    with associate(
        peer,
        calling,
        [build_context(_GET[root]), *storage],
        roles=roles,
        handlers=[(evt.EVT_C_STORE, store)],
    ) as association:
        for study in studies:
            yield _retrieve(
                study,
                root,
                partial(association.send_c_get, query_model=_GET[root]),
                association,
                cancel,
            )


def move_studies(
    peer: Peer,
    calling: Calling,
    studies: Sequence[StudyMatch],
    destination: str,
    *,
    root: QueryRoot = QueryRoot.STUDY,
    cancel: CancelToken,
) -> Iterator[Retrieved]:
    """Let a peer send studies to a receiver, by C-MOVE.

    Parameters
    ----------
    studies : to fetch; of each its series, where they are named, else the whole
    destination : AE title of the receiver, which the peer must know

    Raises
    ------
    PeerError
        where the peer cannot be reached or refuses, or `cancel` asked to stop
    """
    with associate(peer, calling, [build_context(_MOVE[root])]) as association:
        for study in studies:
            yield _retrieve(
                study,
                root,
                partial(association.send_c_move, move_aet=destination, query_model=_MOVE[root]),
                association,
                cancel,
            )


def require_going_on(cancel: CancelToken) -> None:
    """See that nobody asked to stop.

    Raises
    ------
    PeerError
        where somebody did; the association is aborted by it
    """
    if cancel.is_cancelled:
        raise PeerError("The transfer was stopped; what had come by then stays.")


def _retrieve(
    study: StudyMatch,
    root: QueryRoot,
    send: _Send,
    association: Association,
    cancel: CancelToken,
) -> Retrieved:
    completed = failed = 0
    for identifier in _identifiers(study, root):
        if not association.is_established:
            raise PeerError("The association ended in the middle of a transfer; try again.")
        last = Dataset()
        for status, _ in send(identifier):
            require_going_on(cancel)
            last = status
        completed += whole_number(last, "NumberOfCompletedSuboperations") or 0
        failed += whole_number(last, "NumberOfFailedSuboperations") or 0
        if last.get("Status") not in (_SUCCESS, _SOME_FAILED):
            failure = describe_status(last)
            return Retrieved(study.study_instance_uid, completed, failed, failure)
    return Retrieved(study.study_instance_uid, completed, failed)


def _identifiers(study: StudyMatch, root: QueryRoot) -> Iterator[Dataset]:
    if study.series is None:
        yield _identifier(study, root, "STUDY")
        return
    for series in study.series:
        uids = series.sop_instance_uids
        if uids is None:
            identifier = _identifier(study, root, "SERIES")
            identifier.SeriesInstanceUID = series.series_instance_uid
            yield identifier
            continue
        for start in range(0, len(uids), _MOST_UIDS):
            identifier = _identifier(study, root, "IMAGE")
            identifier.SeriesInstanceUID = series.series_instance_uid
            # a list is matching by List of UID (PS3.4 C.2.2.2.2)
            part = list(uids[start : start + _MOST_UIDS])
            identifier.SOPInstanceUID = part if len(part) > 1 else part[0]
            yield identifier


def _identifier(study: StudyMatch, root: QueryRoot, level: str) -> Dataset:
    identifier = Dataset()
    if root is QueryRoot.PATIENT:
        identifier.PatientID = study.patient_id
    identifier.QueryRetrieveLevel = level
    identifier.StudyInstanceUID = study.study_instance_uid
    return identifier
