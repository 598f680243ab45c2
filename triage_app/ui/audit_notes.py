"""What a reader did at the window, on its way into the audit trail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from triage_app.errors import StoreUnavailableError
from triage_app.worklist.auditing.events import (
    AuditedStudy,
    application_activity,
    instances_accessed,
    settings_changed,
    studies_exported,
    studies_imported,
)
from triage_app.worklist.auditing.message import Action, AuditMessage
from triage_app.worklist.store import WorklistStore

__all__ = ["AuditNotes"]

logger = logging.getLogger(__name__)


class AuditNotes:
    """Notes what happens at the window.

    Where the trail cannot be written, the work goes on all the same and the log says so: a patient
    must not wait for it. Statuses and verdicts are noted by the store itself, with what they change
    or not at all.
    """

    def __init__(self, store: WorklistStore, reader: str) -> None:
        self._store = store
        self._reader = reader
        self._is_started = False

    def start(self) -> None:
        """Note that the window opens."""
        self._is_started = True
        self._note(application_activity(is_start=True, user=self._reader, command="window"))

    def stop(self) -> None:
        """Note that the window closes, where it was noted that it opened."""
        if self._is_started:
            self._is_started = False
            self._note(application_activity(is_start=False, user=self._reader, command="window"))

    def opened(self, study_key: str) -> None:
        """Note that a study is seen."""
        self._note_studies(
            [study_key], lambda found: instances_accessed(found[0], self._reader, Action.READ)
        )

    def imported(self, study_keys: Sequence[str]) -> None:
        """Note that studies were read from files."""
        self._note_studies(study_keys, lambda found: studies_imported(found, self._reader))

    def exported(self, study_keys: Sequence[str], place: str) -> None:
        """Note that something of studies is written to a file."""
        self._note_studies(study_keys, lambda found: studies_exported(found, self._reader, place))

    def changed_settings(self, names: Iterable[str]) -> None:
        """Note which settings were changed."""
        self._note(settings_changed(self._reader, names))

    def _note(self, message: AuditMessage) -> None:
        try:
            self._store.audit.note(message)
        except StoreUnavailableError as error:
            _tell(error)

    def _note_studies(
        self,
        study_keys: Sequence[str],
        message_of: Callable[[Sequence[AuditedStudy]], AuditMessage],
    ) -> None:
        try:
            self._store.audit.note_studies(self._store.audit.find_studies(study_keys), message_of)
        except StoreUnavailableError as error:
            _tell(error)


def _tell(error: StoreUnavailableError) -> None:
    logger.warning("the audit trail cannot be written (%s)", type(error).__name__)
