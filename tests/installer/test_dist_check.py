"""What `make dist-test` holds a wheel against."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from installer.dist_check import find_distribution, lowest_versions, missing_and_foreign

if TYPE_CHECKING:
    from pathlib import Path


def test_a_wheel_that_lacks_a_file_or_holds_another_is_told(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("a/code.py", "a/scratch.py", "a-1.dist-info/METADATA"):
            archive.writestr(name, "")
    assert missing_and_foreign(["a/code.py", "a/model.onnx"], wheel) == (
        ["a/model.onnx"],
        ["a/scratch.py"],
    )


def test_a_folder_without_a_wheel_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="found 0 and 0; run `make dist`"):
        find_distribution(tmp_path, tmp_path)


def test_the_lowest_versions_are_those_of_the_requirements_without_an_extra() -> None:
    metadata = (
        "Name: a\nRequires-Dist: numpy>=2.0\nRequires-Dist: PySide6-Essentials!=6.12.0,>=6.9\n"
        'Requires-Dist: tensorflow>=2.20; extra == "training"\n'
    )
    assert lowest_versions(metadata) == ["numpy==2.0", "PySide6-Essentials==6.9"]


def test_a_requirement_without_a_lowest_version_is_refused() -> None:
    with pytest.raises(AssertionError, match="no lowest version"):
        lowest_versions("Requires-Dist: numpy\n")
