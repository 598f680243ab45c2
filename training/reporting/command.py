"""The commands ``triage-train report`` and ``triage-train sanity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.command import need_extra
from training.run_folder import RunFolder

if TYPE_CHECKING:
    import argparse

__all__ = ["add_report", "add_sanity"]


def add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``report``."""
    summary = "Write one HTML page of a run: figures with intervals, charts, checklists, failures."
    parser = commands.add_parser(
        "report",
        help=summary,
        description=f"{summary} The model is measured on the run's hold-out, unless that was done "
        "before.",
        epilog="Example: triage-train report runs/v2 --compare v1.onnx --output v2.html",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished training")
    parser.add_argument("--output", type=Path, metavar="FILE.html", help="RUN/report.html")
    parser.add_argument(
        "--model", type=Path, metavar="M.onnx", help="export of the run; looked for beside it"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        nargs="+",
        default=[],
        metavar="M.onnx",
        help="other models, on the same images",
    )
    parser.add_argument(
        "--evaluation",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="what 'evaluate' wrote of this model on other images",
    )
    parser.add_argument(
        "--altered",
        action="store_true",
        help="also measure with other exposure, sharpness, crop, compression (16 times the work)",
    )
    parser.add_argument(
        "--images",
        action="store_true",
        help="show thumbnails of the best and worst cases; without names, but images of people",
    )
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE.md",
        help="also write the page about the model for people, from its card",
    )
    parser.set_defaults(command=_report, parser=parser)


def _report(arguments: argparse.Namespace) -> None:
    need_extra("matplotlib", "jinja2")
    from training.reporting.facts import gather_facts  # noqa: PLC0415 - needs matplotlib
    from training.reporting.page import render_report  # noqa: PLC0415 - needs matplotlib, Jinja2
    from training.reporting.people import render_people_page  # noqa: PLC0415 - needs Jinja2

    run = RunFolder(arguments.run)
    facts = gather_facts(
        run,
        model=arguments.model,
        compare=arguments.compare,
        elsewhere=arguments.evaluation,
        altered=arguments.altered,
    )
    output = arguments.output or run.path / "report.html"
    _write(output, render_report(facts, with_images=arguments.images))
    print(f"{output}: report of {facts.card.title}")  # noqa: T201 - the command's own words
    if arguments.people is not None:
        _write(arguments.people, render_people_page(facts.card))
        print(f"{arguments.people}: page about {facts.card.title}")  # noqa: T201 - likewise


def add_sanity(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``sanity``."""
    summary = "Randomise a run's weights layer by layer and measure whether its heatmap changes."
    parser = commands.add_parser(
        "sanity",
        help=summary,
        description=f"{summary} The figures stand in RUN/sanity.json and in the run's report.",
        epilog="Example: triage-train sanity runs/v2",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished training")
    parser.add_argument("--images", type=_images, default=24, help="of the hold-out, 24")
    parser.add_argument("--seed", type=int, default=2025, help="of images and weights")
    parser.set_defaults(command=_sanity, parser=parser)


def _sanity(arguments: argparse.Namespace) -> None:
    need_extra("tensorflow", "keras")
    from training.evaluation.sanity import check_sanity  # noqa: PLC0415 - needs TensorFlow

    run = RunFolder(arguments.run)
    stages = check_sanity(run, images=arguments.images, seed=arguments.seed)
    for stage in stages:
        print(  # noqa: T201 - the command's own words
            f"{stage.layers}: rank correlation {stage.rank_correlation.value:.2f}, "
            f"SSIM {stage.ssim.value:.2f}"
        )


def _images(text: str) -> int:
    value = int(text)
    if value < 2:
        raise ValueError
    return value


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
