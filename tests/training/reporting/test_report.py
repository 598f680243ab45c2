"""The page of a run says what was measured, all of it, and nothing of whom."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from training.cli import main
from training.data.manifest import read_manifest
from training.reporting import facts as gathering
from training.reporting.claim import CLAIM
from training.reporting.page import figure_text
from training.reporting.tripod import TRIPOD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.training.reporting.conftest import Made

VOID = {"meta", "img", "br", "link", "hr", "input"}


class Page(HTMLParser):
    """Reads a page as strictly as its author should have written it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.identifiers: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.figures: dict[str, str] = {}
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.identifiers += [named["id"]] if "id" in named else []
        if tag == "a":
            self.links.append(named["href"])
        self.resources += [named[name] for name in ("src", "data", "poster") if name in named]
        if tag in {"link", "script", "iframe", "object"}:
            pytest.fail(f"the page needs <{tag}>")
        if "data-figure" in named:
            self.figures[named["data-figure"]] = named["data-value"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.identifiers += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def html(made: Made, tmp_path_factory: pytest.TempPathFactory) -> str:
    output = tmp_path_factory.mktemp("page") / "report.html"
    words = ["report", str(made.run.path), "--model", str(made.model), "--output", str(output)]
    words += ["--compare", str(made.other), "--people", str(output.with_name("people.md"))]
    assert main(words) == 0
    return output.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def metrics(html: str, made: Made) -> dict[str, Any]:
    assert html
    documents = [
        json.loads(path.read_text()) for path in made.run.path.glob("report/*/metrics.json")
    ]
    (own,) = (one for one in documents if one["model"] == "tiny 1")
    return dict(own)


def test_it_is_one_well_formed_page_that_needs_nothing_else(html: str) -> None:
    page = Page(html)
    assert len(page.identifiers) == len(set(page.identifiers))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.identifiers)
    assert page.resources == []
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_every_figure_is_the_evaluations(html: str, metrics: dict[str, Any]) -> None:
    page = Page(html)
    expected = {
        name: str(value["value"])
        for name, value in metrics.items()
        if isinstance(value, dict) and set(value) == {"value", "low", "high"}
    }
    assert len(expected) >= 8
    assert page.figures == expected
    for name in expected:
        assert figure_text(metrics[name], 4) in page.text
    for count in metrics["confusion_matrix"].values():
        assert f">{count}<" in html
    assert f"{metrics['n']} images of {metrics['patients']} patients" in page.text
    for part in metrics["subgroups"].values():
        assert figure_text(part["auc"]) in page.text


def test_models_stand_side_by_side_with_delongs_difference(html: str) -> None:
    page = Page(html)
    assert "tiny 0" in page.text
    assert "DeLong" in page.text
    assert "+0.0000 (+0.0000 to +0.0000)" in page.text  # they answer alike


def test_no_path_patient_or_file_name_gets_out(html: str, made: Made) -> None:
    cases = read_manifest(made.run.split)
    assert cases
    for case in cases:
        assert case.path.stem not in html
        assert case.patient not in html
    for secret in ("/secret", str(made.run.path), str(made.run.path.parent), ".png", "<img"):
        assert secret not in html


def test_what_a_card_says_cannot_become_markup(html: str) -> None:
    assert "brightness &amp; nothing &lt;else&gt;" in html


def test_each_item_of_both_checklists_is_answered_or_said_not_to_be(html: str) -> None:
    assert [item.number for item in CLAIM] == [str(number) for number in range(1, 45)]
    assert {re.match(r"\d+", item.number)[0] for item in TRIPOD} == {  # type: ignore[index]
        str(number) for number in range(1, 28)
    }
    page = Page(html)
    states = re.findall(r'class="state (answered|in-part|not-done)"', html)
    assert len(states) == len(TRIPOD) + len(CLAIM)
    assert 0 < states.count("not-done") < len(states)
    assert "Not registered." in page.text


def test_thumbnails_come_only_when_asked_for_and_without_names(made: Made, tmp_path: Path) -> None:
    output = tmp_path / "with.html"
    words = ["report", str(made.run.path), "--model", str(made.model), "--output", str(output)]
    assert main([*words, "--images"]) == 0
    html = output.read_text(encoding="utf-8")
    page = Page(html)
    assert len(page.resources) >= 8
    assert all(source.startswith("data:image/png;base64,") for source in page.resources)
    assert "person" not in html.replace("read by a person", "")


def test_what_was_measured_is_not_measured_again(
    html: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert html
    monkeypatch.setattr(gathering, "evaluate", lambda *_, **__: pytest.fail("measured again"))
    words = ["report", str(made.run.path), "--model", str(made.model)]
    assert main([*words, "--output", str(tmp_path / "again.html")]) == 0


def test_a_model_of_another_run_is_refused(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", str(made.run.path), "--model", str(made.other)]
    assert main([*words, "--output", str(tmp_path / "no.html")]) == 1
    assert "is of the run another" in capsys.readouterr().err
    assert not (tmp_path / "no.html").exists()


def test_the_model_of_the_run_is_found_beside_it(made: Made, tmp_path: Path) -> None:
    assert main(["report", str(made.run.path), "--output", str(tmp_path / "found.html")]) == 0


def test_a_run_without_a_model_says_how_to_make_one(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lonely = tmp_path / "deep" / "run"
    lonely.mkdir(parents=True)
    for path in made.run.path.iterdir():
        if path.is_file():
            (lonely / path.name).write_bytes(path.read_bytes())
    assert main(["report", str(lonely)]) == 1
    assert "triage-export" in capsys.readouterr().err


def test_figures_of_gate_and_randomised_weights_are_shown_where_the_run_has_them(
    made: Made, tmp_path: Path
) -> None:
    figure = {"value": 0.123, "low": 0.1, "high": 0.2}
    stage = {"layers": "head", "rank_correlation": figure, "ssim": figure}
    sanity, gate = made.run.path / "sanity.json", made.run.path / "gate.json"
    sanity.write_text(json.dumps({"images": 8, "seed": 1, "stages": [stage]}))
    gate.write_text(json.dumps({"threshold": 1.5, "refused_other": {"photographs": figure}}))
    try:
        output = tmp_path / "full.html"
        assert main(["report", str(made.run.path), "--output", str(output)]) == 0
    finally:
        sanity.unlink()
        gate.unlink()
    text = Page(output.read_text(encoding="utf-8")).text
    assert "photographs: 0.123 (0.100 to 0.200)" in text
    assert "0.12 (0.10 to 0.20)" in text


def test_the_page_for_people_says_how_to_read_the_score(
    html: str, made: Made, tmp_path: Path
) -> None:
    assert html
    people = tmp_path / "people.md"
    words = ["report", str(made.run.path), "--output", str(tmp_path / "r.html")]
    assert main([*words, "--people", str(people)]) == 0
    text = people.read_text(encoding="utf-8")
    assert text.startswith("# tiny 1\n")
    for words_of_it in (
        "Not a medical device",
        "Ages 1 to 5 years",
        "**not calibrated**",
        "0.500 or more",
        "about 10 of 100 images with pneumonia are missed",
        "It knows brightness & nothing <else>.",
    ):
        assert words_of_it in text
    assert not re.search(r"\bnegative\b|\bnormal\b", text, flags=re.IGNORECASE)
