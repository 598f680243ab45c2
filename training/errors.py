"""What stops a training command, as sentences for people."""

from __future__ import annotations

from triage_app.errors import TriageError

__all__ = ["ExportError", "ManifestError", "MissingExtraError", "RunError", "TrainingError"]


class TrainingError(TriageError):
    """A training command cannot do what was asked."""


class ManifestError(TrainingError):
    """The labelled data are incomplete or contradict themselves."""


class RunError(TrainingError):
    """A run folder cannot be written, read or continued."""


class MissingExtraError(TrainingError):
    """A library of the extra `training` is not installed."""


class ExportError(TrainingError):
    """A model was not exported; nothing was written."""
