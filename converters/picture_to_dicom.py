"""Pictures to DICOM: the command ``triage-export dicom``.

A picture knows little of itself, and nothing is invented here: what the user does not say stays
empty. Rendered by the application, a file gives back exactly the picture's grey.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from triage_app.errors import InstanceError
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    LossyHistory,
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
    StudyDescription,
)
from triage_app.imaging.pictures import PICTURE_SUFFIXES, read_picture
from triage_app.imaging.transforms import GreyTransforms, Window

__all__ = ["PictureFacts", "convert_picture", "main", "plan_targets"]

_JPEG_START = b"\xff\xd8\xff"
_JPEG_METHOD = "ISO_10918_1"
_LONGEST_ID = 64
_BODY_PARTS_WITHOUT_SIDE = frozenset({"CHEST", "ABDOMEN", "PELVIS", "SKULL", "NECK"})


class _Exit(IntEnum):
    DONE = 0
    COULD_NOT_RUN = 1
    DONE_WITH_FAILURES = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the user says of the pictures; empty where nothing is known.

    Attributes
    ----------
    patient_id : (0010,0020); the picture's name where empty
    patient_age : (0010,1010), as "003Y"
    sex : (0010,0040), "M", "F" or "O"
    view : (0018,5101) View Position, "PA" or "AP"
    body_part : (0018,0015) Body Part Examined
    study_description : (0008,1030)
    """

    patient_id: str = ""
    patient_age: str = ""
    sex: str = ""
    view: str = ""
    body_part: str = "CHEST"
    study_description: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``triage-export dicom``.

    Parameters
    ----------
    argv : the words after ``dicom``; None takes the process's own

    Returns
    -------
    exit code: 0 all done, 1 could not run, 3 done but for some pictures, 130 interrupted; wrong
    usage ends with `SystemExit` 2
    """
    arguments = _parser().parse_args(argv)
    output: Path = arguments.output
    facts = PictureFacts(
        patient_id=arguments.patient_id,
        patient_age=arguments.patient_age,
        sex=arguments.sex,
        view=arguments.view,
        body_part=arguments.body_part,
        study_description=arguments.study_description,
    )
    targets = list(plan_targets(arguments.pictures))
    if not targets:
        endings = ", ".join(sorted(PICTURE_SUFFIXES))
        _say(f"there is no picture ({endings}) in what was named.")
        return _Exit.COULD_NOT_RUN
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _say(f"{output}: cannot be made ({error.strerror or error}); name another folder.")
        return _Exit.COULD_NOT_RUN
    try:
        failed = _convert_all(targets, output, facts, may_overwrite=arguments.overwrite)
    except KeyboardInterrupt:
        _say("interrupted; the files that are whole are kept.")
        return _Exit.INTERRUPTED
    sys.stdout.write(f"{len(targets) - failed} of {len(targets)} pictures are in {output}.\n")
    return _Exit.DONE_WITH_FAILURES if failed else _Exit.DONE


def plan_targets(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Find the pictures, and say where each goes.

    Parameters
    ----------
    paths : pictures and folders of pictures; hidden files in folders are passed over

    Yields
    ------
    the picture, and the relative path of its DICOM file: sub-folders as they are below the folder
    that was named (below the folder's own name where several are named), single pictures as they
    lie below the folder that holds them all; the name keeps what stands before the ending, and a
    number is added where that name is taken
    """
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    taken: set[Path] = set()
    for folder in folders:
        base = folder.resolve().parent if len(folders) > 1 else folder.resolve()
        for picture in sorted(folder.rglob("*")):
            is_hidden = any(part.startswith(".") for part in picture.relative_to(folder).parts)
            if picture.suffix.lower() in PICTURE_SUFFIXES and not is_hidden and picture.is_file():
                place = folder.resolve() / picture.relative_to(folder)
                yield picture, _free_name(place.relative_to(base), taken)
    if files:
        base = Path(os.path.commonpath([file.absolute().parent for file in files]))
        for picture in files:
            yield picture, _free_name(picture.absolute().relative_to(base), taken)


def convert_picture(picture: Path, target: Path, facts: PictureFacts, *, salt: str = "") -> None:
    """Write one picture as Computed Radiography Image Storage.

    Parameters
    ----------
    picture : in a format that `read_picture` reads
    target : the DICOM file; its folder exists
    facts : what is known of the picture
    salt : parts the UIDs of pictures with equal bytes; equal arguments give equal UIDs

    Raises
    ------
    InstanceError
        where the picture cannot be read
    ValueError
        where it makes no DICOM image, as one of more than 65535 rows
    OSError
        where the file cannot be written
    """
    grey = read_picture(picture)
    pixels = _as_stored(grey)
    content = picture.read_bytes()
    bits = pixels.dtype.itemsize * 8
    history: tuple[LossyHistory, ...] = ()
    if content.startswith(_JPEG_START):
        history = (LossyHistory(max(1.0, pixels.size / len(content)), _JPEG_METHOD),)
    has_no_side = facts.body_part in _BODY_PARTS_WITHOUT_SIDE
    description = RadiographDescription(
        patient=PatientDescription(
            patient_id=facts.patient_id or _pseudonym(picture.stem),
            age=facts.patient_age,
            sex=facts.sex,
        ),
        study=StudyDescription(description=facts.study_description),
        series=SeriesDescription(
            body_part=facts.body_part,
            view_position=facts.view,
            laterality="U" if has_no_side else "",
        ),
        # PS3.3 C.11.2.1.2.1: this LINEAR window is the identity on the whole stored range.
        transforms=GreyTransforms(voi=(Window(float(2 ** (bits - 1)), float(2**bits)),)),
        image_type=("DERIVED", "SECONDARY"),
        derivation=f"Converted from a {_picture_kind(picture)} picture",
        lossy_history=history,
        uid_seed=f"{hashlib.sha256(content).hexdigest()} {salt} {facts}",
    )
    # Written aside and renamed, so that an interruption leaves no half file behind.
    part = target.with_name(f".{target.name}.part")
    try:
        write_radiograph(new_radiograph(pixels, description), part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _convert_all(
    targets: list[tuple[Path, Path]], output: Path, facts: PictureFacts, *, may_overwrite: bool
) -> int:
    """Convert every picture, name those that failed on stderr, and count them."""
    console = Console(stderr=True)
    failed = 0
    for picture, relative in track(
        targets, "pictures", console=console, disable=not console.is_terminal, transient=True
    ):
        target = output / relative
        try:
            if target.exists() and not may_overwrite:
                raise FileExistsError(0, "is there already; give --overwrite or another --output")
            target.parent.mkdir(parents=True, exist_ok=True)
            convert_picture(picture, target, facts, salt=relative.as_posix())
        except (InstanceError, ValueError) as error:
            sentence = str(error)
            _say(sentence if str(picture) in sentence else f"{picture}: {sentence}")
            failed += 1
        except OSError as error:
            _say(f"{target}: {error.strerror or error}")
            failed += 1
    return failed


def _free_name(relative: Path, taken: set[Path]) -> Path:
    target = relative.with_suffix(".dcm")
    number = 2
    while target in taken:
        target = relative.with_name(f"{relative.stem}-{number}.dcm")
        number += 1
    taken.add(target)
    if target.stem != relative.stem:
        _say(f"{relative}: another picture has this name; its DICOM file is {target.name}.")
    return target


def _as_stored(grey: NDArray[np.float32]) -> NDArray[np.integer[Any]]:
    """Take the fewest bits, 8 or 16, that hold the picture's grey exactly."""
    whole = np.rint(grey)
    if np.array_equal(whole, grey):
        return whole.astype(np.uint8)
    return np.rint(grey.astype(np.float64) * 257.0).astype(np.uint16)


def _pseudonym(stem: str) -> str:
    """Make a Patient ID of a file's name: VR LO, at most 64 characters, no backslash."""
    readable = stem.encode("utf-8", "replace").decode("utf-8")
    cleaned = re.sub(r"[\\\x00-\x1f]", "_", readable).strip()
    if cleaned and len(cleaned) <= _LONGEST_ID:
        return cleaned
    digest = hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"{cleaned[: _LONGEST_ID - 17]}-{digest}".lstrip("-")


def _picture_kind(picture: Path) -> str:
    kind = picture.suffix.lstrip(".").upper()
    return {"JPG": "JPEG", "TIF": "TIFF"}.get(kind, kind) or "grey"


def _age(text: str) -> str:
    if text and not re.fullmatch(r"\d{3}[DWMY]", text):
        raise argparse.ArgumentTypeError(
            f"expected three digits and D, W, M or Y, as 003Y, received {text!r}"
        )
    return text


def _code_string(text: str) -> str:
    if not re.fullmatch(r"[A-Z0-9_ ]{0,16}", text):
        raise argparse.ArgumentTypeError(
            f"expected at most 16 capital letters, digits and underscores, received {text!r}"
        )
    return text


def _long_string(text: str) -> str:
    if len(text) > _LONGEST_ID or re.search(r"[\\\x00-\x1f]", text):
        raise argparse.ArgumentTypeError(
            f"expected at most {_LONGEST_ID} characters and no backslash, received {text!r}"
        )
    return text


def _say(sentence: str) -> None:
    sys.stderr.write(f"triage-export dicom: {sentence}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="triage-export dicom",
        description="Make DICOM files (Computed Radiography Image Storage) from pictures, aspect "
        "and grey kept.",
        epilog="Example: triage-export dicom pictures/ --output studies/ --patient-age 003Y",
    )
    parser.add_argument(
        "pictures", nargs="+", type=Path, metavar="PICTURE", help="a picture, or a folder of them"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="made where it is missing"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that are in DIR already"
    )
    parser.add_argument(
        "--patient-id", type=_long_string, default="", help="each picture's name if not given"
    )
    parser.add_argument("--patient-age", type=_age, default="", help="as 003Y, 018M, 006W or 010D")
    parser.add_argument("--sex", choices=("M", "F", "O"), default="")
    parser.add_argument("--view", choices=("PA", "AP"), default="", help="left empty if not given")
    parser.add_argument(
        "--body-part", type=_code_string, default="CHEST", help="Body Part Examined; CHEST"
    )
    parser.add_argument("--study-description", type=_long_string, default="")
    return parser


if __name__ == "__main__":
    sys.exit(main())
