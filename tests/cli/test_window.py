"""``triage-app --screenshot`` as a person without a display types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import InstanceFactory

REPOSITORY = Path(__file__).resolve().parents[2]


def run_window(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "triage_app", *map(str, arguments)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_picture_of_the_window_is_written_without_a_display(
    tmp_path: Path, tiny_model_path: Path, make_instance: InstanceFactory
) -> None:
    make_instance("studies/a.dcm", shape=(400, 300), age="064Y")
    picture = tmp_path / "pictures" / "window.png"
    done = run_window(
        tmp_path / "studies",
        tmp_path / "not here",
        "--model",
        tiny_model_path,
        "--database",
        tmp_path / "worklist.sqlite",
        "--screenshot",
        picture,
    )
    assert done.returncode == 0, done.stderr
    assert str(picture) in done.stdout
    assert "not here" in done.stderr
    with Image.open(picture) as opened:
        grey = np.asarray(opened.convert("L"))
    assert grey.shape == (950, 1600)
    assert np.unique(grey).size > 100, "the radiograph is in it"


def test_an_empty_worklist_has_a_picture_too(tmp_path: Path, tiny_model_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = run_window(
        "--model", tiny_model_path, "--database", tmp_path / "w.sqlite", "--screenshot", picture
    )
    assert done.returncode == 0, done.stderr
    assert picture.is_file()


@pytest.mark.parametrize(
    ("option", "content", "expected"),
    [("--database", b"not a database, but long enough to be one" * 99, "w"), ("--model", b"", "w")],
    ids=["database", "model"],
)
def test_what_cannot_be_opened_is_one_sentence_and_exit_1(
    tmp_path: Path, tiny_model_path: Path, option: str, content: bytes, expected: str
) -> None:
    bad = tmp_path / "w.onnx"
    bad.write_bytes(content)
    given = {"--model": tiny_model_path, "--database": tmp_path / "good.sqlite", option: bad}
    words = [word for pair in given.items() for word in pair]
    done = run_window(*words, "--screenshot", tmp_path / "window.png")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert expected in done.stderr


def test_a_picture_that_cannot_be_written_is_exit_1(tmp_path: Path, tiny_model_path: Path) -> None:
    done = run_window(
        "--model",
        tiny_model_path,
        "--database",
        tmp_path / "w.sqlite",
        "--screenshot",
        tmp_path / "window.nonsense",
    )
    assert done.returncode == 1
    assert "window.nonsense" in done.stderr
