"""Sound files that are damaged: pydicom's own, our phantoms, public ones, and any folder's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom
from pydicom.uid import UID

from tests.fuzzing.layout import FileLayout, read_layout
from triage_app.demonstration.phantom import chest_phantom
from triage_app.imaging.authoring import new_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
    StudyDescription,
)
from triage_app.imaging.encoding import WRITABLE_TRANSFER_SYNTAXES, write_radiograph
from triage_app.imaging.transforms import GreyTransforms, LookupTable, Rescale, Window

__all__ = [
    "Seed",
    "default_seeds",
    "files_of_pydicom",
    "files_under",
    "read_seeds",
    "shared_files",
    "write_phantoms",
]

LARGEST_SEED_BYTES = 200_000
"""Larger files take long to damage and are no other kinds."""

_CHEST = (
    (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.1\0"),
    (0x00080060, "CS", b"CR"),
    (0x00180015, "CS", b"CHEST "),
    (0x00185101, "CS", b"PA"),
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound file."""

    name: str
    layout: FileLayout


def files_under(folder: Path) -> list[Path]:
    """Give the files of a folder that are small enough, by name."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc"}
        and 0 < path.stat().st_size <= LARGEST_SEED_BYTES
    )


def files_of_pydicom() -> list[Path]:
    """Give the files that pydicom brings for its own tests."""
    return files_under(Path(pydicom.__file__).parent / "data")


def shared_files() -> list[Path]:
    """Give the public files of the folder `shared` beside the repository, where there is one."""
    for folder in Path(__file__).resolve().parents[2].parents:
        if (folder / "shared" / "data" / "dicom_public").is_dir():
            return files_under(folder / "shared" / "data" / "dicom_public")
    return []


def read_seeds(paths: Iterable[Path]) -> Iterator[Seed]:
    """Read files, and each image once more as a chest radiograph, so that its pixels are read."""
    for path in paths:
        data = path.read_bytes()
        layout = read_layout(data)
        if layout is None or not layout.places:
            yield Seed(path.name, FileLayout(data, (), 0, ""))
            continue
        yield Seed(path.name, layout)
        if layout.pixel_data is not None:
            for tag, vr, value in _CHEST:
                layout = layout.with_element(tag, vr, value)
            yield Seed(f"{path.name} as a chest", layout)


def write_phantoms(folder: Path) -> list[Path]:
    """Write a drawn chest in each transfer syntax, small, and large enough to be halved."""
    paths = []
    for rows, columns in ((96, 81), (930, 900)):
        grey = chest_phantom(rows, columns, seed=7).image
        for uid in WRITABLE_TRANSFER_SYNTAXES:
            bits = 8 if rows > 900 or uid.endswith("4.50") else 12
            path = folder / f"{UID(uid).keyword}_{rows}.dcm"
            _write(path, grey, bits, uid)
            if path.stat().st_size > LARGEST_SEED_BYTES:
                path.unlink()
            else:
                paths.append(path)
    return paths


def _write(path: Path, grey: np.ndarray, bits: int, uid: str) -> None:
    top = 2**bits - 1
    values = np.rint(grey / 255 * top).astype(np.uint8 if bits == 8 else np.uint16)
    table = LookupTable(np.linspace(0, 65535, 4096).astype(np.uint16), 0, 16)
    voi = (Window(top / 2, top),) if bits == 8 else (table, Window(top / 2, top))
    dataset = new_radiograph(
        values,
        RadiographDescription(
            patient=PatientDescription("Wang^XiaoDong=王^小東", "P-1", None, "F", "003Y"),
            study=StudyDescription("", "1", "ACC-1", "Chest"),
            series=SeriesDescription(body_part="CHEST", view_position="PA", manufacturer="Phantom"),
            transforms=GreyTransforms(Rescale(), voi),
            bits_stored=bits,
            uid_seed=path.name,
        ),
    )
    write_radiograph(dataset, path, uid)


def default_seeds() -> list[Seed]:
    """Read everything that is there without being given."""
    with TemporaryDirectory() as folder:
        return list(
            read_seeds([*files_of_pydicom(), *write_phantoms(Path(folder)), *shared_files()])
        )
