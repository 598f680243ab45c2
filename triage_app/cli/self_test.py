"""``triage-app self-test``: prove that this installation can read, score, remember and show.

It is what an installer asks before it trusts what it has put together, so each proof does what the
program does for a reader, and those that may end their process are run in one of their own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["add_arguments", "run"]

_ROWS, _COLUMNS = 255, 193
_PLAIN = "1.2.840.10008.1.2.1"
"""Explicit VR Little Endian."""
_LARGEST_MEAN_DIFFERENCE = {True: 4.0, False: 0.001}
"""Of 255, by whether the transfer syntax is lossy."""
_WIDTH_ELSEWHERE = 140
"""Of the table where no terminal says how wide it is."""
_OFFSCREEN = "offscreen"
"""Qt's platform that needs no display."""
_SMALL_DEMONSTRATION_ROWS = 480
_FEWEST_TONES = 16
"""Of a picture that shows something."""
_SECONDS_FOR_THE_WINDOW = 180.0
"""A slow machine opens it in ten; what takes longer hangs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")


def run(arguments: argparse.Namespace) -> int:
    """Print a table of what was proved; the exit code is 0 or 1."""
    from rich.console import Console
    from rich.table import Table

    table = Table("check", "result", "detail")
    has_failed = False
    with tempfile.TemporaryDirectory(prefix="triage-self-test-") as folder:
        for name, proof in _checks(arguments.model, Path(folder)):
            try:
                result, detail = "ok", next(proof)
            except (TriageError, OSError, ValueError, ImportError) as error:
                result, detail = "FAILED", str(error)
                has_failed = True
            table.add_row(name, result, detail)
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_ELSEWHERE)
    console.print(table)
    console.print("FAILED" if has_failed else "All checks passed.")
    return Exit.COULD_NOT_RUN if has_failed else Exit.DONE


def _checks(model_path: Path | None, folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Give the name of each check and its proof, which runs when its detail is asked for."""
    from pydicom.uid import UID

    from triage_app.imaging.decoders import DECODERS, NATIVE_SYNTAXES

    for uid in (*NATIVE_SYNTAXES, *DECODERS):
        yield f"read {UID(uid).name}", _read_syntax(uid, folder)
    yield "score the check image", _score_check_image(model_path)
    yield "open a worklist database", _open_database(folder)
    yield "score a study by a worker, write its report", _write_report(model_path, folder)
    yield "open the window, read a study into it", _open_window(model_path, folder)


def _read_syntax(uid: str, folder: Path) -> Iterator[str]:
    """Write a picture in the transfer syntax, read it, and compare."""
    import numpy as np

    from triage_app.imaging.authoring import new_radiograph, write_radiograph
    from triage_app.imaging.decoders import LOSSY_SYNTAXES, NATIVE_SYNTAXES, find_decoders
    from triage_app.imaging.description import RadiographDescription
    from triage_app.imaging.encoding import WRITABLE_TRANSFER_SYNTAXES
    from triage_app.imaging.header import read_instance
    from triage_app.imaging.reduced_decoding import REDUCED_DECODERS
    from triage_app.imaging.rendering import render_instance
    from triage_app.imaging.source import FileSource
    from triage_app.inference.check_image import make_check_image

    decoders = find_decoders(uid)
    if not decoders and uid not in NATIVE_SYNTAXES:
        raise ValueError("no decoder is installed")
    names = ", then ".join(decoder.name for decoder in decoders) or "needs no decoder"
    if uid in REDUCED_DECODERS:
        names += f"; for the model {REDUCED_DECODERS[uid].name}"
    values = make_check_image("two_lungs", _ROWS, _COLUMNS)[..., 0].astype(np.uint8)
    path = folder / f"{uid}.dcm"
    dataset = new_radiograph(values, RadiographDescription(bits_stored=8))
    write_radiograph(dataset, path, uid if uid in WRITABLE_TRANSFER_SYNTAXES else _PLAIN)
    if uid not in WRITABLE_TRANSFER_SYNTAXES:
        _encode_anew(path, uid, values)
    grey = render_instance(read_instance(FileSource(path)))
    difference = float(np.abs(grey - values.astype(grey.dtype)).mean())
    if difference > _LARGEST_MEAN_DIFFERENCE[uid in LOSSY_SYNTAXES]:
        raise ValueError(f"{names}: reads grey that differs from what was written by {difference}")
    yield f"{names}; mean difference {difference:.1f} of 255"


def _encode_anew(path: Path, uid: str, values: NDArray[np.uint8]) -> None:
    """Encode a file's image in a transfer syntax that the program itself only reads."""
    import imagecodecs
    from pydicom import dcmread
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID, JPEGLossless

    if uid == JPEGLossless:
        # Any predictor but the first, which has a transfer syntax of its own (PS3.5 A.4.1).
        frame = imagecodecs.jpeg8_encode(values, lossless=True, predictor=4, bitspersample=8)
    else:  # the HTJ2K family; the encoder's progression is resolution, position, component, layer
        frame = imagecodecs.htj2k_encode(values, reversible=True)
    dataset = dcmread(path)
    dataset.PixelData = encapsulate([bytes(frame)])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = UID(uid)
    dataset.save_as(path)


def _score_check_image(model_path: Path | None) -> Iterator[str]:
    from triage_app.inference.models import shipped_model_path
    from triage_app.inference.session import load_model

    card = load_model(model_path or shipped_model_path()).card  # compares the score itself
    names = [f"{population.name} " for population in card.populations] or [""]
    scores = zip(names, card.check_image.probabilities, strict=True)
    said = ", ".join(f"{name}{score:.4f}" for name, score in scores)
    yield f"{card.title}: {said} within {card.check_image.tolerance:g}"


def _open_database(folder: Path) -> Iterator[str]:
    from triage_app.worklist.store import WorklistStore

    with WorklistStore.open(folder / "worklist.sqlite") as store:
        yield f"{len(store.list_models())} models in a new one"


def _write_report(model_path: Path | None, folder: Path) -> Iterator[str]:
    """Score a demonstration study in a process of its own, and write what it says as SR."""
    from datetime import UTC, datetime

    from pydicom import dcmread

    from triage_app.imaging.header import read_instance
    from triage_app.imaging.source import source_from_path
    from triage_app.inference.models import shipped_model_path
    from triage_app.inference.session import load_model
    from triage_app.intake.events import Assessed
    from triage_app.intake.scan import scan
    from triage_app.results.dicom.provenance import ResultKind
    from triage_app.results.dicom.study import AssessedInstance, AssessedStudy
    from triage_app.results.dicom.writing import write_results

    path = model_path or shipped_model_path()
    card = load_model(path).card
    assessed = [
        event
        for event in scan([_demonstration_study(folder)], model_path=path, workers=1)
        if isinstance(event, Assessed)
    ]
    study = AssessedStudy(
        tuple(
            AssessedInstance(read_instance(source_from_path(event.facts.path)), event.outcome)
            for event in assessed
        )
    )
    written = write_results(study, card, folder / "results", datetime.now(UTC), [ResultKind.REPORT])
    if len(written) != 1 or any(event.outcome.status == "failed" for event in assessed):
        details = "; ".join(str(event.outcome) for event in assessed)
        raise ValueError(f"{len(written)} reports were written of {details}")
    report = dcmread(written[0])
    said = ", ".join(event.outcome.status for event in assessed)
    yield f"{report.SOPClassUID.name} of {len(assessed)} image: {said}"


def _demonstration_study(folder: Path) -> Path:
    """Write the first demonstration study where it is missing; give its folder."""
    from triage_app.demonstration.studies import write_demonstration_studies

    place = folder / "study"
    if not place.exists():
        next(write_demonstration_studies(place, rows=_SMALL_DEMONSTRATION_ROWS))
    return place


def _open_window(model_path: Path | None, folder: Path) -> Iterator[str]:
    """Start the program as a reader does, but without a display, and look at its picture.

    A process of its own, because Qt ends the process where a part of it is missing.
    """
    from PIL import Image

    is_frozen = getattr(sys, "frozen", False)
    picture = folder / "window.png"
    command = [sys.executable] if is_frozen else [sys.executable, "-m", "triage_app"]
    command += [str(_demonstration_study(folder)), "--screenshot", str(picture)]
    command += ["--database", str(folder / "window.sqlite")]
    if model_path is not None:
        command += ["--model", str(model_path.absolute())]
    environment = os.environ | {
        "QT_QPA_PLATFORM": _OFFSCREEN,
        "TRIAGE_APP_SETTINGS": str(folder / "no settings.toml"),
    }
    try:
        ended = subprocess.run(  # noqa: S603 - this program itself
            command,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS_FOR_THE_WINDOW,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"the window was not there after {_SECONDS_FOR_THE_WINDOW:g} seconds"
        ) from None
    if ended.returncode or not picture.exists():
        last = (ended.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise ValueError(f"it ended with exit code {ended.returncode}: {last}")
    with Image.open(picture) as image:
        columns, rows = image.size
        tones = len(image.convert("L").getcolors() or ())
    if tones < _FEWEST_TONES:
        raise ValueError(f"its picture of {columns} x {rows} shows nothing")
    yield f"picture of {columns} x {rows}"
