"""From complete studies to results in the queue of each destination that wants them.

Which studies wait stands in the database (`ArrivalQueue.list_unreported`), so a program that ends
in the middle takes them up again; a result that was written or queued already is left as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage_app.errors import StoreError, TriageError
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource, source_from_path
from triage_app.inference.card import ModelCard
from triage_app.intake.events import CancelToken
from triage_app.intake.work import Troubled
from triage_app.results.dicom.provenance import ResultKind
from triage_app.results.dicom.study import AssessedInstance, AssessedStudy, group_by_study
from triage_app.results.dicom.writing import list_results, write_results
from triage_app.results.sending.destination import Destination
from triage_app.results.sending.outgoing import read_outgoing
from triage_app.results.sending.turn import Turn, TurnTakenError
from triage_app.worklist.arrival_records import UnreportedStudy
from triage_app.worklist.delivery_records import Queued
from triage_app.worklist.store import WorklistStore

__all__ = ["Reported", "Reporter", "ReportingEvent"]

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_SECONDS_BETWEEN_RETRIES = 15.0
_TURN = "results of complete studies"
_ENHANCED = "enhanced"


@dataclass(frozen=True, slots=True)
class Reported:
    """The results of a study are queued; `instances` of them are new to a destination."""

    study_key: str
    instances: int


ReportingEvent = Reported | Troubled


class Reporter:
    """Writes and queues the results of what came over the network.

    Parameters
    ----------
    store : worklist and queues
    card : of the model whose outcomes are reported
    destinations : those with `results` get them; where there is none, nothing is written
    folder : of results, ``folder/<Study Instance UID>/<kind>-<UID>.dcm``
    turns : folder of locks; one program of a machine reports at a time
    """

    def __init__(
        self,
        store: WorklistStore,
        card: ModelCard,
        destinations: Sequence[Destination],
        *,
        folder: Path,
        turns: Path,
    ) -> None:
        self._store = store
        self._card = card
        self._destinations = [each for each in destinations if each.results]
        self._folder = folder
        self._turns = turns

    def run(self, cancel: CancelToken) -> Iterator[ReportingEvent | None]:
        """Report until asked to stop.

        Yields
        ------
        ReportingEvent or None
            None while nothing waits, which is a place to stop

        Raises
        ------
        TriageError
            where the database or a folder cannot be written; the study waits
        """
        while not cancel.is_cancelled:
            try:
                with Turn(self._turns, _TURN):
                    while not cancel.is_cancelled:
                        waiting = self._store.arrivals.list_unreported()
                        for study in waiting:
                            yield from self._report(study)
                            if cancel.is_cancelled:
                                return
                        if not waiting:
                            yield from cancel.moments(_LOOK_SECONDS)
            except TurnTakenError:
                yield from cancel.moments(_SECONDS_BETWEEN_RETRIES)

    def _report(self, waiting: UnreportedStudy) -> Iterator[ReportingEvent]:
        queued = 0
        try:
            for study in self._studies(waiting.study_key):
                for destination in self._destinations:
                    queued += self._queue(study, destination)
        except TriageError as error:
            if isinstance(error, StoreError) or isinstance(error.__cause__, OSError):
                raise  # the database or the disk: it waits
            yield Troubled(str(error))
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            logger.warning("no result could be made of a study: %s", type(error).__name__)
            yield Troubled(
                f"{waiting.study_key}: no result could be made of this study "
                f"({type(error).__name__}); please report it."
            )
        self._store.arrivals.note_reported(waiting)
        if queued:
            yield Reported(waiting.study_key, queued)

    def _studies(self, study_key: str) -> list[AssessedStudy]:
        """Read the headers of a study's instances again, those that are still there."""
        if not self._destinations:
            return []
        assessed = []
        for row in self._store.list_instances(study_key, self._card.device_uid):
            if row.outcome is None or not row.facts.path:
                continue
            try:
                instance = read_instance(source_from_path(row.facts.path))
            except TriageError as error:
                logger.info("a file of a study is not reported on: %s", type(error).__name__)
                continue
            assessed.append(AssessedInstance(instance, row.outcome))
        studies, _homeless = group_by_study(assessed)
        return studies

    def _queue(self, study: AssessedStudy, destination: Destination) -> int:
        """Write what a destination wants and put it into its queue; say how many are new."""
        kinds = [ResultKind(name) for name in destination.results]
        is_enhanced = destination.is_report_enhanced
        folder = self._folder / _ENHANCED if is_enhanced else self._folder
        write_results(study, self._card, folder, datetime.now(UTC), kinds, is_enhanced=is_enhanced)
        paths = list_results(study, self._card, folder, kinds, is_enhanced=is_enhanced)
        outgoing = [read_outgoing(FileSource(path)) for path in paths]
        counts = self._store.deliveries.add(destination.name, outgoing)
        return sum(count for queued, count in counts.items() if queued is not Queued.KNOWN)
