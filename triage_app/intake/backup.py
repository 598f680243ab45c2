"""One file that holds a worklist and, by choice, what was received; and the way back."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from triage_app.errors import TriageError
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.databases.sqlite_files import (
    back_up,
    put_in_place,
    require_alone,
    require_worklist,
    set_aside,
)
from triage_app.worklist.store import WorklistStore

__all__ = ["Backup", "Restored", "restore_backup", "write_backup"]

_DATABASE = "worklist.sqlite"
_FILES = "received"
_DESCRIPTION = "backup.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """What was backed up.

    Attributes
    ----------
    missing : received files that the worklist knows and that are not there
    """

    files: int
    missing: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes
    ----------
    aside : where the worklist lies now that was there before; None where none was
    """

    studies: int
    files: int
    aside: Path | None


def write_backup(database: Path, target: Path, spool_folder: Path | None) -> Backup:
    """Copy a worklist as it is at one moment, while others work on.

    Parameters
    ----------
    target : a SQLite file; or, with received files, a tar archive
    spool_folder : whose files are put in; None for the worklist alone

    Raises
    ------
    TriageError
        where it cannot be read or written; then there is no `target`
    """
    if spool_folder is None:
        back_up(database, target)
        return Backup(0, 0)
    folder = spool_folder.absolute()
    half = target.with_name(f"{target.name}.half")
    try:
        with tempfile.TemporaryDirectory(prefix="triage-backup-", dir=target.parent) as made:
            copy = Path(made) / _DATABASE
            back_up(database, copy)
            with WorklistStore.open(copy) as store:
                kept = [
                    Path(each.path)
                    for each in store.upkeep.list_received()
                    if each.state is not ArrivalState.REMOVED
                ]
            description = Path(made) / _DESCRIPTION
            description.write_text(json.dumps({"format": _FORMAT, "spool": str(folder)}))
            half.touch(mode=0o600)
            files = 0
            # files that come meanwhile are not in the copy of the worklist; the next one has them
            with tarfile.open(half, "w", format=tarfile.PAX_FORMAT) as archive:
                archive.add(description, _DESCRIPTION)
                archive.add(copy, _DATABASE)
                for path in kept:
                    with suppress(FileNotFoundError):
                        archive.add(path, _member_of(path, folder))
                        files += 1
        put_in_place(half, target)
    except OSError as error:
        raise TriageError(
            f"{target}: the backup cannot be written ({error.strerror or error}); "
            "choose a folder that you may write to, with room for it."
        ) from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return Backup(files, len(kept) - files)


def _member_of(path: Path, folder: Path) -> str:
    if not path.is_relative_to(folder):
        raise TriageError(
            f"{path}: a received file lies outside of {folder}; name its folder with --spool."
        )
    return str(PurePosixPath(_FILES, *path.relative_to(folder).parts))


def restore_backup(source: Path, database: Path, spool_folder: Path) -> Restored:
    """Put a backup in the place of a worklist, which is kept aside.

    Received files go into the spool, where those of the same name hold the same already; the
    worklist is told where they lie now.

    Raises
    ------
    TriageError
        where the backup is none, or damaged, or another program has the worklist open; nothing of
        the worklist was touched then
    """
    database = database.absolute()
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".triage-restore-", dir=database.parent) as made:
            new = Path(made) / _DATABASE
            with _opened(source) as archive:
                old_folder = _extract_database(archive, source, new)
                require_worklist(new, str(source))
                require_alone(database)
                folder = spool_folder.absolute()
                files = _extract_files(archive, folder) if archive is not None else 0
            with WorklistStore.open(new) as store:
                if old_folder and old_folder != str(folder):
                    store.upkeep.move_paths(f"{old_folder}/", f"{folder}/")
                studies = store.upkeep.count_studies()
            require_alone(new)  # leaves no log beside it
            aside = set_aside(database, "before-restore", datetime.now(UTC))
            put_in_place(new, database)
    except (OSError, tarfile.TarError) as error:
        raise TriageError(f"{source}: it cannot be restored ({error}).") from error
    return Restored(studies, files, aside)


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile | None]:
    """Open an archive; give None for a worklist alone."""
    if not source.is_file():
        raise TriageError(f"{source}: there is no such backup.")
    if not tarfile.is_tarfile(source):
        yield None
        return
    with tarfile.open(source, "r:") as archive:
        yield archive


def _extract_database(archive: tarfile.TarFile | None, source: Path, new: Path) -> str:
    """Copy the worklist out; give the spool's folder at the time of the backup."""
    if archive is None:
        shutil.copyfile(source, new)
        new.chmod(0o600)
        return ""
    try:
        described = archive.extractfile(_DESCRIPTION)
        stored = archive.extractfile(_DATABASE)
        description = json.loads(described.read()) if described else {}
    except (KeyError, ValueError) as error:
        raise TriageError(f"{source}: this archive is no backup of a worklist.") from error
    if stored is None or description.get("format") != _FORMAT:
        raise TriageError(f"{source}: this is no backup that this version can read.")
    with new.open("wb") as target:
        shutil.copyfileobj(stored, target)
    new.chmod(0o600)
    return str(description.get("spool", ""))


def _extract_files(archive: tarfile.TarFile, folder: Path) -> int:
    """Write the received files into the spool, each whole or not at all; none outside of it."""
    count = 0
    with Spool(SpoolOptions(folder, 0)) as spool:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            if not member.isfile() or len(parts) != 3 or parts[0] != _FILES or ".." in parts:
                continue
            content = archive.extractfile(member)
            if content is None:
                continue
            path = spool.folder.joinpath(*parts[1:])
            if not path.exists():
                spool.write(iter(lambda: content.read(2**20), b""), path)  # noqa: B023 - at once
            count += 1
    return count
