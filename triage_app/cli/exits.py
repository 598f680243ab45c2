"""Exit codes of every command."""

from enum import IntEnum

__all__ = ["Exit"]


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    """All done; excluded files are no error."""
    COULD_NOT_RUN = 1
    USAGE = 2
    DONE_WITH_FAILURES = 3
    """Done, and files failed that should have been read."""
    INTERRUPTED = 130
    """Stopped by the user; what was done is kept."""
