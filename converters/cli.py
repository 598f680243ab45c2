"""The command ``triage-export``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from training.card_defaults import MODEL_NAME
from training.command import need_extra, run_command
from training.progress import ProgressBars
from training.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``triage-export``.

    Parameters
    ----------
    argv : without the program's name; None takes the process's own

    Returns
    -------
    exit code: 0 done, 1 could not run, 130 interrupted; wrong usage ends with `SystemExit` 2
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["dicom"]:
        from converters import picture_to_dicom  # noqa: PLC0415 - a command of its own

        return int(picture_to_dicom.main(words[1:]))
    if words[:1] == ["geometry"]:
        arguments = _geometry_parser().parse_args(words[1:])
        return run_command("triage-export geometry", lambda: _add_geometry(arguments))
    parser = _parser()
    arguments = parser.parse_args(words)
    if arguments.output.suffix != ".onnx":
        parser.error(f"--output {arguments.output}: the name must end in .onnx")
    return run_command("triage-export", lambda: _export(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="triage-export",
        description="Make an ONNX model with its card from a training, and prove that it answers "
        "as the trained network does. 'triage-export dicom PICTURE... --output DIR' makes DICOM "
        "files from pictures; 'triage-export geometry RUN M.onnx' measures where the cells of a "
        "model's heatmap look.",
        epilog="Example: triage-export runs/v2 --output chest_pneumonia.onnx",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished training")
    parser.add_argument("--output", type=Path, required=True, metavar="M.onnx")
    parser.add_argument("--name", default=MODEL_NAME, help=f"of the model; {MODEL_NAME!r}")
    parser.add_argument("--model-version", help="of the model; the recipe's name")
    parser.add_argument(
        "--altered",
        action="store_true",
        help="also state in the card how it answers to the hold-out with other exposure, "
        "sharpness, crop and compression",
    )
    return parser


def _geometry_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="triage-export geometry",
        description="Measure where the cells of an exported model's heatmap look, by the gradients "
        "of its run's network, and write it into the model's card. An export does so by itself.",
        epilog="Example: triage-export geometry runs/v2 chest_pneumonia.onnx",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="that the model was exported from")
    parser.add_argument("model", type=Path, metavar="M.onnx", help="its card is written anew")
    return parser


def _add_geometry(arguments: argparse.Namespace) -> None:
    need_extra("tensorflow", "keras", "tf2onnx", "onnx")
    from converters.heatmap_geometry import add_heatmap_geometry  # noqa: PLC0415 - TensorFlow

    geometry = add_heatmap_geometry(RunFolder(arguments.run), arguments.model).heatmap_geometry
    if geometry is not None:
        print(
            f"{arguments.model}: the first cell looks at row {geometry.first_row:g}, column "
            f"{geometry.first_column:g} of the input; a cell is {geometry.row_stride:g} by "
            f"{geometry.column_stride:g} pixels"
        )


def _export(arguments: argparse.Namespace) -> None:
    need_extra("tensorflow", "keras", "tf2onnx", "onnx", "matplotlib")
    from converters.export import export_run  # noqa: PLC0415 - needs TensorFlow

    with ProgressBars() as bars:
        card = export_run(
            RunFolder(arguments.run),
            arguments.output,
            name=arguments.name,
            version=arguments.model_version,
            bars=bars,
            altered=arguments.altered,
        )
    for point in card.default_operating_points:
        print(
            f"{arguments.output}: {card.title}, operating point {point.title}: sensitivity "
            f"{point.sensitivity.value:.3f}, specificity {point.specificity.value:.3f} on "
            f"{point.n} images of {point.data_set}"
        )


if __name__ == "__main__":
    sys.exit(main())
