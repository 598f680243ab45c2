"""The command ``triage-train``."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from training.command import log_to, need_extra, run_command
from training.data.case import Part
from training.data.manifest import read_manifest
from training.data.split import hash_files, split_by_patient, write_split
from training.errors import RunError
from training.evaluation.comparison import compare_predictions
from training.progress import ProgressBars
from training.recipes import RECIPES
from training.reporting.command import add_report, add_sanity
from training.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_DEFAULT_SEED = 2025


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``triage-train``.

    Parameters
    ----------
    argv : without the program's name; None takes the process's own

    Returns
    -------
    exit code: 0 done, 1 could not run, 130 interrupted (what was done is kept); wrong usage ends
    with `SystemExit` 2
    """
    arguments = _parser().parse_args(argv)
    return run_command("triage-train", lambda: arguments.command(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="triage-train",
        description="Train and evaluate models for the chest X-ray triage workstation.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_split(commands)
    _add_fit(commands)
    _add_population(commands)
    _add_evaluate(commands)
    _add_compare(commands)
    _add_calibrate(commands)
    _add_gate(commands)
    add_report(commands)
    add_sanity(commands)
    return parser


_DATA_HELP = "folder with NORMAL and PNEUMONIA, or CSV table with the columns path and label"

_POPULATION_HELP = (
    "of the card, that all images are read with; without it each is read as the column age, or its "
    "DICOM header, says"
)


def _add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    example: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"Example: {example}",
    )


def _add_split(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "split",
        "Divide images by patient into train, validation and hold-out, and prove it.",
        "triage-train split chest_xray --output split.csv",
    )
    parser.add_argument("data", type=Path, help=_DATA_HELP)
    parser.add_argument("--output", type=Path, required=True, help="CSV table to write")
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED)
    parser.add_argument("--holdout", type=_share, default=0.20, help="share of patients, 0.20")
    parser.add_argument("--validation", type=_share, default=0.15, help="share of patients, 0.15")
    parser.set_defaults(command=_split, parser=parser)


def _split(arguments: argparse.Namespace) -> None:
    if arguments.holdout + arguments.validation >= 1:
        arguments.parser.error("--holdout and --validation leave nothing to train on")
    cases = read_manifest(arguments.data)
    with ProgressBars() as bars, bars.bar("comparing file contents", len(cases)) as bar:
        hashes = hash_files((case.path for case in cases), bar)
    divided = split_by_patient(
        cases,
        hashes,
        seed=arguments.seed,
        holdout=arguments.holdout,
        validation=arguments.validation,
    )
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    proof = asdict(write_split(divided, hashes, arguments.output, seed=arguments.seed))
    for part in Part:
        images = ", ".join(f"{count} {label}" for label, count in proof["images"][part].items())
        print(f"{part}: {proof['patients'][part]} patients, {images}")


def _add_fit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "fit",
        "Train a model; everything that decided it is kept in the run's folder.",
        "triage-train fit chest_xray --recipe v2 --output runs/v2",
    )
    parser.add_argument("data", type=Path, nargs="?", help=f"{_DATA_HELP}; not with --resume")
    parser.add_argument("--output", type=Path, required=True, metavar="RUN", help="run folder")
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="not with --resume")
    parser.add_argument(
        "--weights",
        metavar="PATH",
        help="ImageNet weights of MobileNetV2 1.0 without top; without it, Keras's own; 'random' "
        "for none",
    )
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED)
    parser.add_argument("--head-epochs", type=_count, help="in place of the recipe's")
    parser.add_argument("--fine-tuning-epochs", type=_count, help="in place of the recipe's")
    parser.add_argument("--cache", type=Path, help="folder for the frozen base's features")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    parser.set_defaults(command=_fit, parser=parser)


def _fit(arguments: argparse.Namespace) -> None:
    if arguments.resume and (arguments.data or arguments.recipe or arguments.weights):
        arguments.parser.error("--resume takes data, recipe and weights from the run folder")
    if not arguments.resume and not (arguments.data and arguments.recipe):
        arguments.parser.error("give the data and --recipe, or --resume")
    need_extra("tensorflow", "keras")
    from training.fitting.features import default_cache_folder  # noqa: PLC0415 - needs TensorFlow
    from training.fitting.fit import (  # noqa: PLC0415 - needs TensorFlow
        continue_training,
        start_training,
    )

    run = RunFolder(arguments.output)
    cache = arguments.cache or default_cache_folder()
    try:
        run.path.mkdir(parents=True, exist_ok=True)
        log = logging.FileHandler(run.log, encoding="utf-8")
    except OSError as error:
        raise RunError(
            f"{run.path}: cannot be written ({error.strerror or error}); name another folder."
        ) from error
    with log_to(log), ProgressBars() as bars:
        if arguments.resume:
            continue_training(run, cache=cache, bars=bars)
        else:
            start_training(
                arguments.data,
                run,
                RECIPES[arguments.recipe].with_epochs(
                    arguments.head_epochs, arguments.fine_tuning_epochs
                ),
                weights=arguments.weights,
                seed=arguments.seed,
                cache=cache,
                bars=bars,
            )
    print(
        f"{run.path}: trained; make a model of it with 'triage-export {run.path} --output M.onnx'"
    )


def _add_population(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "population",
        "Teach a finished run to read a further population, by a head of its own.",
        "triage-train population runs/final adults.csv --name adults --from-years 8 "
        "--output runs/both",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="finished run of one population")
    parser.add_argument("data", type=Path, help=_DATA_HELP)
    parser.add_argument("--output", type=Path, required=True, metavar="RUN", help="run to write")
    parser.add_argument("--name", required=True, help="of the further population")
    parser.add_argument(
        "--from-years", type=float, required=True, help="age from which its head is used"
    )
    parser.add_argument(
        "--others",
        default="children",
        help="name of those whom the run could read already, and who are read so where the age is "
        "unknown; children",
    )
    parser.add_argument("--cache", type=Path, help="folder for the network's features")
    parser.set_defaults(command=_population, parser=parser)


def _population(arguments: argparse.Namespace) -> None:
    need_extra("tensorflow", "keras")
    from training.fitting.features import default_cache_folder  # noqa: PLC0415 - needs TensorFlow
    from training.populations.add import add_population  # noqa: PLC0415 - needs TensorFlow

    with ProgressBars() as bars:
        add_population(
            RunFolder(arguments.run),
            arguments.data,
            RunFolder(arguments.output),
            name=arguments.name,
            from_years=arguments.from_years,
            others=arguments.others,
            cache=arguments.cache or default_cache_folder(),
            bars=bars,
        )
    print(f"{arguments.output}: reads {arguments.others} and {arguments.name}")


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "evaluate",
        "Measure any ONNX model with its card on labelled images; needs no TensorFlow.",
        "triage-train evaluate model.onnx chest_xray/test --output results",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.onnx")
    parser.add_argument("data", type=Path, help=f"{_DATA_HELP}, or the split.csv of a run")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--part", type=Part, choices=list(Part), help="only this part of a split")
    parser.add_argument(
        "--operating-point", metavar="NAME", help="of the card, of each population; the first"
    )
    parser.add_argument("--population", metavar="NAME", help=_POPULATION_HELP)
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED, help="of the bootstrap")
    parser.add_argument("--resamples", type=_count, default=2000, help="of the bootstrap, 2000")
    parser.add_argument(
        "--altered",
        action="store_true",
        help="also measure with other exposure, sharpness, crop, compression (16 times the work)",
    )
    parser.set_defaults(command=_evaluate, parser=parser)


def _evaluate(arguments: argparse.Namespace) -> None:
    need_extra("matplotlib")
    from training.evaluation.evaluate import evaluate  # noqa: PLC0415 - needs matplotlib

    evaluate(
        arguments.model,
        arguments.data,
        arguments.output,
        part=arguments.part,
        operating_point=arguments.operating_point,
        seed=arguments.seed,
        resamples=arguments.resamples,
        altered=arguments.altered,
        population=arguments.population,
    )


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "compare",
        "Compare two models' areas under the ROC curve on the same images (DeLong, by patient).",
        "triage-train compare v1/predictions.csv v2/predictions.csv",
    )
    parser.add_argument("first", type=Path, help="predictions.csv that 'evaluate' wrote")
    parser.add_argument("second", type=Path, help="of the other model on the same images")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="also write it as JSON")
    parser.set_defaults(command=_compare, parser=parser)


def _compare(arguments: argparse.Namespace) -> None:
    compared = compare_predictions(arguments.first, arguments.second)
    area = compared.areas
    print(
        f"{compared.images} images of {compared.patients} patients: AUC {area.first:.4f} and "
        f"{area.second:.4f}, difference {area.difference:+.4f} (95 % interval {area.low:+.4f} to "
        f"{area.high:+.4f}), p = {area.p_value:.2g}"
    )
    if arguments.output is not None:
        arguments.output.write_text(json.dumps(asdict(compared), indent=2) + "\n", encoding="utf-8")


def _add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "calibrate",
        "Fit a model's calibration and operating point to one's own labelled images.",
        "triage-train calibrate chest.onnx our_images --sensitivity 0.95 --output chest_ours.onnx",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.onnx")
    parser.add_argument("data", type=Path, help=_DATA_HELP)
    parser.add_argument("--sensitivity", type=_share, default=0.95, help="wanted, 0.95")
    parser.add_argument(
        "--precision",
        type=_share,
        default=0.05,
        help="half the width that the 95 %% interval of the sensitivity may have, 0.05; it decides "
        "how many patients are needed",
    )
    parser.add_argument("--output", type=Path, required=True, metavar="M.onnx")
    parser.add_argument("--part", type=Part, choices=list(Part), help="only this part of a split")
    parser.add_argument("--population", metavar="NAME", help=_POPULATION_HELP)
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED, help="of folds and bootstrap")
    parser.set_defaults(command=_calibrate, parser=parser)


def _calibrate(arguments: argparse.Namespace) -> None:
    if arguments.output.suffix != ".onnx":
        arguments.parser.error(f"--output {arguments.output}: the name must end in .onnx")
    need_extra("onnx")
    from training.calibrating.recalibrate import recalibrate  # noqa: PLC0415 - needs onnx

    card = recalibrate(
        arguments.model,
        arguments.data,
        arguments.output,
        part=arguments.part,
        sensitivity=arguments.sensitivity,
        precision=arguments.precision,
        seed=arguments.seed,
        population=arguments.population,
    )
    for point in card.default_operating_points:
        print(
            f"{arguments.output}: {card.title}, operating point {point.title}: threshold "
            f"{point.threshold:.4f}, sensitivity {point.sensitivity.value:.3f}, specificity "
            f"{point.specificity.value:.3f} on {point.n} images of {point.data_set}"
        )


def _add_gate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add_command(
        commands,
        "gate",
        "Fit what refuses images that are no frontal chest X-ray; 'triage-export' puts it into the "
        "model.",
        "triage-train gate runs/final --adults nih/labels.csv --other not_chest",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished training")
    parser.add_argument(
        "data", type=Path, nargs="?", help=f"{_DATA_HELP}; without it, what RUN was trained with"
    )
    parser.add_argument(
        "--adults", type=Path, metavar="TABLE", help="chest images of adults, where RUN had none"
    )
    parser.add_argument(
        "--other",
        type=Path,
        metavar="FOLDER",
        help="pictures or DICOM files that are no frontal chest X-ray, a sub-folder for each kind; "
        "drawn ones and spoiled chest images are added in any case; a sub-folder 'frontal' holds "
        "chest X-rays of another source, which shall pass",
    )
    parser.add_argument(
        "--images", type=_count, default=1500, help="most of a population and part, 1500"
    )
    parser.set_defaults(command=_gate, parser=parser)


def _gate(arguments: argparse.Namespace) -> None:
    need_extra("tensorflow", "keras", "sklearn")
    from training.gate.fit import fit_run_gate  # noqa: PLC0415 - needs TensorFlow
    from training.gate.pictures import Amounts  # noqa: PLC0415 - needs what reads pictures

    run = RunFolder(arguments.run)
    images = arguments.images
    with ProgressBars() as bars:
        figures = fit_run_gate(
            run,
            arguments.data,
            further={"adults": arguments.adults} if arguments.adults else {},
            other=arguments.other,
            amounts=Amounts(images, max(4, images // 15), max(4, images // 8)),
            bars=bars,
        )
    for name, share in figures["lost_chests"].items():
        print(f"{name}: {_percent(share)} of {share['n']} lost")
    for kind, share in figures["refused_other"].items():
        print(
            f"{kind}: {_percent(share)} of {share['n']} refused, {_percent(share['unfitted'])} "
            "where not fitted on"
        )


def _percent(share: dict[str, float]) -> str:
    return f"{share['value']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no share between 0 and 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
