"""Whether a folder lies on another machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["file_system_in", "find_network_file_system"]

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre"}
    | {"gpfs", "beegfs", "ocfs2", "gfs2", "davfs", "sshfs"}
)
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE_DRIVE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""


def find_network_file_system(path: Path) -> str | None:
    """Give the name of the network file system that holds a path.

    Returns
    -------
    str or None
        None where it is a disk of this machine, or where the system does not tell
    """
    folder = next((f for f in (path, *path.parents) if f.exists()), path)
    resolved = Path(os.path.realpath(folder))
    if sys.platform == "win32":
        return _find_remote_drive(resolved)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = file_system_in(mounts, resolved).removeprefix("fuse.").removesuffix("2fs")
    return kind if kind in _NETWORK else None


def file_system_in(mounts: str, path: Path) -> str:
    """Give the type of the file system that holds a path.

    Parameters
    ----------
    mounts : as Linux gives them in /proc/self/mountinfo, see proc_pid_mountinfo(5)
    path : absolute, without links
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        # octal escapes stand for space, tab, newline and backslash
        place = Path(fields[4].encode("latin-1", "surrogateescape").decode("unicode_escape"))
        # what is mounted later over the same place hides what was there
        if path.is_relative_to(place) and len(place.parts) >= longest:
            found, longest = after.split(" ", 1)[0], len(place.parts)
    return found


def _find_remote_drive(path: Path) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415 - only there

    if path.drive.startswith("\\\\"):
        return "network share"
    kind = ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\")
    return "network drive" if kind == _REMOTE_DRIVE else None
