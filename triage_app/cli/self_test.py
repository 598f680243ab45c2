"""``triage-app self-test``: prove that this installation can read, score and remember."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

__all__ = ["add_arguments", "run"]

_ROWS, _COLUMNS = 255, 193
_LARGEST_MEAN_DIFFERENCE = {True: 4.0, False: 0.001}
"""Of 255, by whether the transfer syntax is lossy."""
_WIDTH_ELSEWHERE = 140
"""Of the table where no terminal says how wide it is."""


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
    if uid not in WRITABLE_TRANSFER_SYNTAXES:
        yield f"{names} (installed; not tried, there is no encoder)"
    grey = make_check_image("two_lungs", _ROWS, _COLUMNS)[..., 0]
    path = folder / f"{uid}.dcm"
    dataset = new_radiograph(grey.astype(np.uint8), RadiographDescription(bits_stored=8))
    write_radiograph(dataset, path, uid)
    difference = float(np.abs(render_instance(read_instance(FileSource(path))) - grey).mean())
    if difference > _LARGEST_MEAN_DIFFERENCE[uid in LOSSY_SYNTAXES]:
        raise ValueError(f"{names}: reads grey that differs from what was written by {difference}")
    yield f"{names}; mean difference {difference:.1f} of 255"


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
