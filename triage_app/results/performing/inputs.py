"""The inputs of a workitem: from where they are fetched, and which of them came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from triage_app.errors import TriageError
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import source_from_path
from triage_app.intake.ordering.workitems import Discontinuation, Workitem, WorkitemInput
from triage_app.intake.peers import Peer
from triage_app.intake.querying.fetching import Fetcher
from triage_app.intake.querying.keys import Method, SeriesMatch, StudyMatch
from triage_app.results.dicom.study import AssessedInstance
from triage_app.triage.outcome import Failed
from triage_app.worklist.records import InstanceRow
from triage_app.worklist.store import WorklistStore

__all__ = [
    "Fetched",
    "InputFetcher",
    "NotPerformableError",
    "assessed_inputs",
    "input_rows",
    "require_readable",
]


class NotPerformableError(Exception):
    """The inputs cannot be read, or nothing can be made of them: the workitem is canceled.

    Parameters
    ----------
    why : as a code
    reason : for people; names no patient
    """

    def __init__(self, why: Discontinuation, reason: str) -> None:
        super().__init__(reason)
        self.why, self.reason = why, reason


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of the inputs of a workitem.

    Attributes
    ----------
    completed, failed : instances; those of classes that no model reads fail by intention
    failure : why some did not come; empty where all did
    """

    completed: int
    failed: int
    failure: str


class InputFetcher:
    """Fetches inputs from the systems of the settings, and from no others.

    A workitem may name any system in the world; we ask only those that an administrator named.

    Parameters
    ----------
    peers : of the settings
    fallback : asked where an input names none of them; None to give up then
    method : of associations, GET or MOVE
    fetcher_of : makes the fetcher of a peer
    """

    def __init__(
        self,
        peers: Sequence[Peer],
        fallback: Peer | None,
        method: Method,
        fetcher_of: Callable[[Peer], Fetcher],
    ) -> None:
        self._peers = tuple(peers)
        self._fallback = fallback
        self._method = method
        self._fetcher_of = fetcher_of

    def fetch(self, workitem: Workitem) -> Fetched:
        """Fetch all inputs.

        Raises
        ------
        PeerError
            where a system cannot be reached, refuses, or breaks off
        NotPerformableError
            where an input names no system that we may ask
        """
        completed = failed = 0
        failures: dict[str, None] = {}
        for each, (peer, method) in [(each, self._way(each)) for each in workitem.inputs]:
            for retrieved in self._fetcher_of(peer).fetch([_match(each)], method):
                completed += retrieved.completed
                failed += retrieved.failed
                if retrieved.failure:
                    failures[f"{peer.name}: {retrieved.failure}"] = None
        return Fetched(completed, failed, "; ".join(failures))

    def _way(self, wanted: WorkitemInput) -> tuple[Peer, Method]:
        for peer in self._peers:
            if peer.ae_title is not None and peer.ae_title in wanted.ae_titles:
                return peer, self._method
        for peer in self._peers:
            root = peer.url.rstrip("/")
            if root and any(url == root or url.startswith(f"{root}/") for url in wanted.urls):
                return peer, Method.WEB
        if self._fallback is None:
            raise NotPerformableError(
                Discontinuation.OBJECT_SET_INCOMPLETE,
                "An input names no system that is in our settings.",
            )
        is_web = self._fallback.ae_title is None
        return self._fallback, Method.WEB if is_web else self._method


def _match(wanted: WorkitemInput) -> StudyMatch:
    if not wanted.series_instance_uid:
        return StudyMatch(wanted.study_instance_uid)
    series = SeriesMatch(
        wanted.series_instance_uid, sop_instance_uids=wanted.sop_instance_uids or None
    )
    return StudyMatch(wanted.study_instance_uid, series=(series,))


def input_rows(store: WorklistStore, workitem: Workitem, device_uid: str) -> list[InstanceRow]:
    """Give what the worklist has of a workitem's inputs, by a model; each instance once."""
    rows: dict[str, InstanceRow] = {}
    for study in dict.fromkeys(each.study_instance_uid for each in workitem.inputs):
        for row in store.list_instances(study, device_uid):
            if any(_is_meant(row, each) for each in workitem.inputs):
                rows.setdefault(row.facts.sop_instance_uid, row)
    return list(rows.values())


def _is_meant(row: InstanceRow, wanted: WorkitemInput) -> bool:
    facts = row.facts
    return (
        facts.study.study_instance_uid == wanted.study_instance_uid
        and wanted.series_instance_uid in ("", facts.study.series_instance_uid)
        and (not wanted.sop_instance_uids or facts.sop_instance_uid in wanted.sop_instance_uids)
    )


def assessed_inputs(rows: Sequence[InstanceRow]) -> Iterator[AssessedInstance]:
    """Read the headers of scored inputs again; one that cannot be read is left out."""
    for row in rows:
        if row.outcome is None or not row.facts.path:
            continue
        try:
            instance = read_instance(source_from_path(row.facts.path))
        except TriageError:
            if isinstance(row.outcome, Failed):
                continue
            raise
        yield AssessedInstance(instance, row.outcome)


def require_readable(
    workitem: Workitem, rows: Sequence[InstanceRow], failure: str, failed: int
) -> None:
    """Cancel what a receiver must not take for a result.

    An image that is no case for the model is one: the report says why. A set that is not whole, or
    of which nothing can be read, is none.

    Parameters
    ----------
    rows : of the inputs, each with its outcome
    failure : why some did not come; empty where all did
    failed : instances that were not taken, because no model reads their class

    Raises
    ------
    NotPerformableError
        with the reason
    """
    named = {uid for each in workitem.inputs for uid in each.sop_instance_uids}
    missing = len(named - {row.facts.sop_instance_uid for row in rows})
    if failure or missing or not rows:
        said = [failure] if failure else []
        if failed:
            said.append(f"{failed} instances are of classes that the model does not read")
        if missing:
            said.append(f"{missing} of the instances that it names did not come")
        why = Discontinuation.OBJECT_SET_INCOMPLETE
        if failed and not rows:
            why = Discontinuation.OBJECT_TYPES_NOT_SUPPORTED
        reason = "; ".join(said) or "no image came"
        raise NotPerformableError(why, f"The inputs are not whole: {reason}.")
    failures = [row.outcome for row in rows if isinstance(row.outcome, Failed)]
    if len(failures) == len(rows):
        reasons = ", ".join(sorted({each.reason.value for each in failures}))
        raise NotPerformableError(
            Discontinuation.OBJECTS_INCORRECTLY_FORMATTED,
            f"None of the {len(rows)} inputs could be read ({reasons}).",
        )
