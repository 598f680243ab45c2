"""The worklist's database against the files on disk, both ways; what is safe is put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from triage_app.errors import NotDicomError
from triage_app.imaging.source import MEMBER_SEPARATOR
from triage_app.intake.custody import Custody, digest_of, split_file
from triage_app.intake.spool import Spool
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.store import WorklistStore
from triage_app.worklist.upkeep import KeptFile

__all__ = ["Fault", "Finding", "check"]


class Fault(StrEnum):
    """What is not as it should be."""

    DATABASE = "database"
    STALE_RESULT = "stale result"
    LOST_FILE = "lost file"
    CHANGED_FILE = "changed file"
    LEFT_FILE = "left file"
    UNKNOWN_FILE = "unknown file"
    FOREIGN_FILE = "foreign file"
    HALF_FILE = "half file"
    LOST_CLAIM = "lost claim"
    MOVED_FOLDER = "moved folder"
    UNSENT_FILE = "unsent file"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes
    ----------
    subject : a path, or the key of a study
    sentence : what it means, and what to do where it was not repaired
    is_repaired : whether it is in order now
    """

    fault: Fault
    subject: str
    sentence: str
    is_repaired: bool = False


def check(
    store: WorklistStore, spool: Spool, *, reads_files: bool, repairs: bool
) -> Iterator[Finding]:
    """Look for what is not as it should be.

    Parameters
    ----------
    reads_files : whether every received file is read and compared with what was sent; else only
        whether it is there
    repairs : whether to put in order what can be without losing anything. No image is ever changed,
        and none is removed but one that was replaced or whose time is over
    """
    for sentence in store.upkeep.find_contradictions():
        advice = "Run 'triage-app backup', then put a good backup in place or rebuild it"
        yield Finding(Fault.DATABASE, store.name, f"{sentence}. {advice}.")
    for study_key, model_device_uid in store.upkeep.find_stale_results():
        if repairs:
            store.upkeep.mend_result(study_key, model_device_uid)
        sentence = "the result in the list is not the one of its images"
        yield Finding(Fault.STALE_RESULT, study_key, sentence, is_repaired=repairs)
    there = {str(path) for path in spool.files()}
    yield from _check_received(store, there, reads_files=reads_files)
    yield from _check_spool(store, spool, there, repairs=repairs)
    yield from _check_elsewhere(store)


def _check_received(
    store: WorklistStore, there: set[str], *, reads_files: bool
) -> Iterator[Finding]:
    """Look for the files that the database knows."""
    for kept in store.upkeep.list_received():
        if kept.state is ArrivalState.REMOVED:
            continue
        if kept.path not in there and not Path(kept.path).is_file():
            sentence = "the received file is gone; have it sent again. Its results stay."
            yield Finding(Fault.LOST_FILE, kept.path, sentence)
        elif reads_files and (problem := _difference(kept)):
            yield Finding(Fault.CHANGED_FILE, kept.path, problem)


def _difference(kept: KeptFile) -> str:
    try:
        instance = split_file(Path(kept.path).read_bytes(), "")
    except OSError as error:
        return f"the received file cannot be read ({error.strerror or error})"
    except NotDicomError as error:
        return f"{error}; have it sent again"
    if instance.sop_instance_uid != kept.sop_instance_uid or digest_of(instance) != kept.digest:
        return "the file is not what was received; have it sent again"
    return ""


def _check_spool(
    store: WorklistStore, spool: Spool, there: set[str], *, repairs: bool
) -> Iterator[Finding]:
    """Look for the files that the database does not know, and for what a program left behind."""
    known = store.arrivals.known_paths()
    gone = store.upkeep.removed_paths()
    obsolete = set(store.arrivals.list_obsolete())
    custody = Custody(spool, store.arrivals)
    recovered = custody.recover() if repairs else None
    known_now = store.arrivals.known_paths() if repairs else known
    for path in sorted(there):
        if path in obsolete:
            sentence = "the file was replaced by another and is needed no more"
            yield Finding(Fault.LEFT_FILE, path, sentence, is_repaired=not Path(path).exists())
        elif path in gone:
            is_gone = repairs and spool.remove(Path(path))
            sentence = "the file's time is over and it was left behind"
            yield Finding(Fault.LEFT_FILE, path, sentence, is_repaired=is_gone)
        elif path not in known and path in known_now:
            sentence = "the file was not in the queue; it waits for its score now"
            yield Finding(Fault.UNKNOWN_FILE, path, sentence, is_repaired=True)
        elif path not in known:
            yield _describe_stranger(spool, Path(path))
    if recovered and recovered.halves:
        sentence = f"{recovered.halves} half-written files of programs that ended"
        yield Finding(Fault.HALF_FILE, str(spool.folder), sentence, is_repaired=True)
    if recovered and recovered.released:
        sentence = f"{recovered.released} instances were in the hands of programs that ended"
        yield Finding(Fault.LOST_CLAIM, store.name, sentence, is_repaired=True)


def _describe_stranger(spool: Spool, path: Path) -> Finding:
    try:
        instance = split_file(path.read_bytes(), "")
        is_ours = spool.path_for(instance.sop_instance_uid, digest_of(instance)) == path
    except (OSError, NotDicomError):
        is_ours = False
    if is_ours:
        sentence = "the file is not in the queue; --repair puts it there"
        return Finding(Fault.UNKNOWN_FILE, str(path), sentence)
    sentence = "the file does not hold what its name says, or is no DICOM file; move it away"
    return Finding(Fault.FOREIGN_FILE, str(path), sentence)


def _check_elsewhere(store: WorklistStore) -> Iterator[Finding]:
    """Look for the images that were read where they lie, folder by folder: a disk may be away."""
    missing: Counter[str] = Counter()
    for path in store.upkeep.list_other_paths():
        file = Path(path.partition(MEMBER_SEPARATOR)[0])
        if not file.exists():
            missing[str(file.parent)] += 1
    for folder, count in sorted(missing.items()):
        sentence = (
            f"{count} images that were read there are gone; connect the disk, or open them where "
            "they are now. Their results stay."
        )
        yield Finding(Fault.MOVED_FOLDER, folder, sentence)
    for path in store.upkeep.list_unsent_paths():
        if not Path(path.partition(MEMBER_SEPARATOR)[0]).exists():
            sentence = "the file waits to be sent and is gone; queue it again from where it is"
            yield Finding(Fault.UNSENT_FILE, path, sentence)
