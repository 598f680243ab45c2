import sys
import types
from pathlib import Path

import pytest

import converters
from converters.cli import main


def test_the_word_dicom_goes_to_the_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    pictures = types.ModuleType("converters.picture_to_dicom")
    pictures.main = lambda words: seen.append(words) or 3  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "converters.picture_to_dicom", pictures)
    monkeypatch.setattr(converters, "picture_to_dicom", pictures, raising=False)
    assert main(["dicom", "a.png", "--output", "d"]) == 3
    assert seen == [["a.png", "--output", "d"]]


@pytest.mark.parametrize(
    "words", [[], ["run"], ["run", "--output", "model.h5"], ["run", "--output"]], ids=" ".join
)
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2


def test_without_tensorflow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main([str(tmp_path), "--output", str(tmp_path / "m.onnx")]) == 1
    assert "pip install 'triage-app[training]'" in capsys.readouterr().err
