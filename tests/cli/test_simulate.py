"""``triage-app simulate`` as a reader or administrator calls it: figures, assumptions, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_model import write_tiny_model
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.inference.card import Estimate, OperatingPoint

ACCURATE = ("--sensitivity", "0.95", "--specificity", "0.9")
HEADER = "arrival,reading_minutes,diseased,flagged\n"
COMPLETE_LOG = HEADER + (
    "2024-03-05T09:00,10,0,0\n2024-03-05T09:01,10,0,0\n2024-03-05T09:02,10,1,1\n"
)


def simulate(*arguments: object) -> int:
    return main(["simulate", *map(str, arguments)])


def figures(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    document["groups"] = {group["group"]: group for group in document["groups"]}
    return document


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    path = tmp_path / "studies.csv"
    path.write_text(COMPLETE_LOG, encoding="utf-8")
    return path


def test_figures_assumptions_and_disclaimer_are_printed(capsys: pytest.CaptureFixture[str]):
    assert simulate(*ACCURATE, "--replications", 20) == Exit.DONE
    printed = capsys.readouterr()
    assert printed.err == ""
    lines, text = printed.out.splitlines(), " ".join(printed.out.split())
    for group in ("all", "diseased", "not diseased", "flagged", "not flagged"):
        start = next(at for at, line in enumerate(lines) if line.startswith(f"{group}, "))
        rows = zip(lines[start + 1 :], ("mean", "95th percentile", "longest (mean)"), strict=False)
        assert all(line.startswith(f"  {name} ") for line, name in rows)
    for words in (
        "20 replications of 8 hours",
        "first come, first served",
        "flagged first",
        "difference",
        "(Poisson)",
        "exponential with a mean of 5 minutes",
        "sensitivity 0.95 and specificity 0.9, as given",
        "120 minutes stands before all others",
        "95 % intervals over replications",
        "queueing theory",
        "Research use only - not a medical device.",
    ):
        assert words in text


def test_diseased_studies_wait_less_and_the_interval_says_so(tmp_path: Path):
    output = tmp_path / "waits.json"
    assert simulate(*ACCURATE, "--replications", 100, "--json", output) == Exit.DONE
    document = figures(output)
    assert document["disclaimer"].startswith("Research use only")
    gain = document["groups"]["diseased"]["difference"]["mean"]
    assert gain["low"] <= gain["value"] <= gain["high"] < 0
    loss = document["groups"]["not diseased"]["difference"]["mean"]
    assert 0 < loss["low"] <= loss["value"] <= loss["high"]


def test_equal_seeds_give_equal_figures(tmp_path: Path):
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        simulate(*ACCURATE, "--replications", 12, "--seed", seed, "--json", tmp_path / name)
    same, again, other = ((tmp_path / name).read_bytes() for name in "abc")
    assert same == again != other


def test_a_maximum_wait_of_nothing_makes_no_difference(tmp_path: Path):
    output = tmp_path / "waits.json"
    simulate(
        *(*ACCURATE, "--replications", 10, "--maximum-wait-minutes", 0, "--json", output),
    )
    for group in figures(output)["groups"].values():
        assert group["difference"]["longest"] == {"value": 0, "low": 0, "high": 0}


def test_no_maximum_wait_is_written_as_null(tmp_path: Path):
    output = tmp_path / "waits.json"
    simulate(
        *(*ACCURATE, "--replications", 2, "--maximum-wait-minutes", "inf", "--json", output),
    )
    assert figures(output)["maximum_wait_minutes"] is None


# The model's card

TWO_POINTS = tuple(
    OperatingPoint(
        name=name,
        threshold=threshold,
        chosen_for="tests",
        sensitivity=Estimate(value=sensitivity, low=sensitivity - 0.05, high=sensitivity + 0.05),
        specificity=Estimate(value=0.75),
        data_set="made",
        n=40,
    )
    for name, threshold, sensitivity in (("first", 0.3, 0.875), ("second", 0.6, 0.625))
)


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path, card_changes={"operating_points": TWO_POINTS})


@pytest.mark.parametrize(
    ("options", "point"),
    [
        ((), "children: balanced"),
        (("--population", "adults"), "adults: balanced"),
        (("--population", "adults", "--operating-point", "sensitive"), "adults: sensitive"),
        (("--population", "adults", "--operating-point", "adults: sensitive"), "adults: sensitive"),
    ],
)
def test_a_population_of_the_card_is_chosen_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], point: str
):
    path = write_tiny_model(tmp_path, populations=True)
    assert simulate("--model", path, *options, "--replications", 2) == Exit.DONE
    said = " ".join(capsys.readouterr().out.split())  # lines are broken at the terminal's width
    assert f"the operating point '{point}' of tiny 1" in said


def test_a_population_that_the_card_lacks_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = write_tiny_model(tmp_path, populations=True)
    code = simulate("--model", path, "--population", "horses", "--replications", 2)
    assert code == Exit.COULD_NOT_RUN
    assert "it has 'children: balanced', 'adults: balanced'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sensitivity", "specificity"),
    [
        ((), 0.875, 0.75),
        (("--operating-point", "second"), 0.625, 0.75),
        (("--specificity", "0.5"), 0.875, 0.5),
    ],
    ids=["default operating point", "named operating point", "one figure given"],
)
def test_the_models_figures_come_from_its_card(
    model_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    sensitivity: float,
    specificity: float,
):
    output = tmp_path / "waits.json"
    code = simulate("--model", model_path, *options, "--replications", 2, "--json", output)
    assert code == Exit.DONE
    document = figures(output)
    assert (document["sensitivity"], document["specificity"]) == (sensitivity, specificity)
    printed = " ".join(capsys.readouterr().out.split())
    assert f"sensitivity {sensitivity:g} ({sensitivity - 0.05:.3g} to" in printed
    assert "of tiny 1, measured per image on made (n = 40)" in printed


def test_an_operating_point_that_the_card_lacks(
    model_path: Path, capsys: pytest.CaptureFixture[str]
):
    code = simulate("--model", model_path, "--operating-point", "third")
    assert code == Exit.COULD_NOT_RUN
    assert "no operating point 'third'; it has 'first', 'second'" in capsys.readouterr().err


def test_a_model_without_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert simulate("--model", tmp_path / "none.onnx") == Exit.COULD_NOT_RUN
    assert "none.json" in capsys.readouterr().err


def test_the_card_is_read_without_starting_the_network(model_path: Path):
    program = (
        "import sys; from triage_app.cli.main import main; "
        f"main(['simulate', '--model', {str(model_path)!r}, '--replications', '2']); "
        "sys.exit('onnxruntime' in sys.modules or 'PySide6' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# A site's own log


def test_a_complete_log_needs_no_model_and_is_replayed_once(
    log_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "waits.json"
    assert simulate("--log", log_path, "--json", output) == Exit.DONE
    document = figures(output)
    assert document["replications"] == 1
    diseased, other = document["groups"]["diseased"], document["groups"]["not diseased"]
    assert diseased["first_come_first_served"]["mean"] == {"value": 18, "low": None, "high": None}
    assert diseased["priority"]["mean"]["value"] == 8
    assert other["difference"]["longest"]["value"] == 19 - 9
    assert "without an interval for others" in " ".join(capsys.readouterr().out.split())


def test_a_log_with_probabilities_takes_the_threshold_of_the_card(model_path: Path, tmp_path: Path):
    path, output = tmp_path / "scored.csv", tmp_path / "waits.json"
    rows = "".join(f"2024-03-05T09:0{n},0.{n}\n" for n in range(1, 8))
    path.write_text("arrival,probability\n" + rows, encoding="utf-8")
    for options, flagged in (((), 5), (("--operating-point", "second"), 2)):
        simulate(
            *("--log", path, "--model", model_path, *options),
            *("--replications", 2, "--json", output),
        )
        assert figures(output)["groups"]["flagged"]["studies"] == 2 * flagged


def test_a_log_of_arrivals_alone_is_filled_from_prevalence_and_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path, output = tmp_path / "arrivals.csv", tmp_path / "waits.json"
    rows = "".join(f"2024-03-05T09:{n:02}\n" for n in range(60))
    path.write_text("arrival\n" + rows, encoding="utf-8")
    code = simulate(
        *("--log", path, *ACCURATE, "--prevalence", 0.5, "--replications", 30, "--json", output)
    )
    assert code == Exit.DONE
    groups = figures(output)["groups"]
    assert groups["all"]["studies"] == 30 * 60
    assert groups["diseased"]["studies"] == pytest.approx(900, abs=100)
    printed = " ".join(capsys.readouterr().out.split())
    assert "of what is drawn alone" in printed
    assert "Reading times of 60 studies that the log lacks: drawn" in printed
    assert "Disease of 60 studies that the log lacks: drawn, 50 % of them" in printed


def test_dates_of_a_log_can_be_the_replications(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path, output = tmp_path / "month.csv", tmp_path / "waits.json"
    days = [COMPLETE_LOG.removeprefix(HEADER).replace("03-05", f"03-{n:02}") for n in range(1, 13)]
    path.write_text(HEADER + "".join(days), encoding="utf-8")
    assert simulate("--log", path, "--by-day", "--json", output) == Exit.DONE
    document = figures(output)
    assert document["replications"] == 12
    assert document["groups"]["diseased"]["priority"]["mean"] == {"value": 8, "low": 8, "high": 8}
    assert "with dates as replications" in " ".join(capsys.readouterr().out.split())


# What is refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--prevalence", "1.5"], "expected a number from 0 to 1, received '1.5'"),
        (["--prevalence", "nan"], "expected a number, received 'nan'"),
        (["--arrivals-per-hour", "0"], "expected a number above 0"),
        (["--reading-minutes", "inf"], "expected a number above 0"),
        (["--maximum-wait-minutes", "-1"], "expected a number from 0"),
        (["--readers", "0"], "expected a whole number above 0"),
        (["--replications", "2.5"], "expected a whole number above 0"),
        (["--seed", "-1"], "expected a whole number of 0 or more"),
        (["--hours", "8", "--studies", "80"], "not allowed with argument"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
):
    with pytest.raises(SystemExit) as stop:
        simulate(*ACCURATE, *arguments)
    assert stop.value.code == Exit.USAGE
    printed = capsys.readouterr().err
    assert arguments[-2] in printed
    assert says in printed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--reading-variation", "0.3"], "add --reading-distribution lognormal"),
        (["--by-day"], "add --log"),
        (["--log", "LOG", "--by-day", "--replications", "9"], "leave --replications out"),
        (["--log", "LOG", "--hours", "3"], "--hours: "),
        (["--log", "LOG", "--prevalence", "0.3"], "--prevalence: "),
        (["--log", "LOG", "--sensitivity", "0.3"], "--sensitivity: "),
        (["--log", "LOG", "--model", "m.onnx"], "--model: "),
        (["--studies", "1000000"], "200,000,000 studies"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_without_effect_are_refused(
    log_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
):
    arguments = [str(log_path) if argument == "LOG" else argument for argument in arguments]
    assert simulate(*arguments) == Exit.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"arrival\n2024-03-05T09:00\n\xff\xfe\n", "no text in UTF-8"),
        (b"arrival\n2024-03-05T09:00\nsoon\n", "line 3: arrival"),
    ],
    ids=["missing", "not UTF-8", "no date"],
)
def test_a_log_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
):
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    assert simulate("--log", path) == Exit.COULD_NOT_RUN
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{path}" in printed.err
    assert says in printed.err


def test_a_day_without_studies(capsys: pytest.CaptureFixture[str]):
    code = simulate(*ACCURATE, "--hours", 0.0001, "--replications", 2)
    assert code == Exit.COULD_NOT_RUN
    assert "no study came in" in capsys.readouterr().err


def test_a_file_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    output = tmp_path / "missing" / "waits.json"
    code = simulate(*ACCURATE, "--replications", 2, "--json", output)
    assert code == Exit.COULD_NOT_RUN
    assert "cannot be written" in capsys.readouterr().err
