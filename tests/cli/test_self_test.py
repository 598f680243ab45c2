"""``triage-app self-test``: a table of proofs, and an exit code that an installer can trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny_model import write_tiny_model
from triage_app.cli import self_test
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.imaging import decoders
from triage_app.inference.card import card_path_for, read_card


def test_a_whole_installation_passes(tiny_model_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["self-test", "--model", str(tiny_model_path)]) == Exit.DONE
    printed = capsys.readouterr().out
    assert "All checks passed." in printed
    for decoder in ("jpeg8_decode", "jpegls_decode", "jpeg2k_decode", "dicomrle_decode"):
        assert decoder in printed


def test_the_score_of_each_population_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = write_tiny_model(tmp_path, populations=True)
    children, adults = read_card(card_path_for(path)).check_image.probabilities
    assert main(["self-test", "--model", str(path)]) == Exit.DONE
    said = f"tiny 1: children {children:.4f}, adults {adults:.4f} within 0.0001"
    assert said in capsys.readouterr().out


def test_every_transfer_syntax_is_decoded_a_report_written_and_the_window_opened(
    tiny_model_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["self-test", "--model", str(tiny_model_path)]) == Exit.DONE
    printed = capsys.readouterr().out
    syntaxes = len(decoders.DECODERS) + len(decoders.NATIVE_SYNTAXES)
    assert printed.count("mean difference") == syntaxes
    assert "Comprehensive 3D SR Storage of 1 image: scored" in printed
    assert "picture of " in printed


def test_a_window_that_cannot_be_made_fails_and_says_why(
    tiny_model_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(self_test, "_OFFSCREEN", "a platform that no Qt has")
    assert main(["self-test", "--model", str(tiny_model_path)]) == Exit.COULD_NOT_RUN
    printed = capsys.readouterr().out
    assert "it ended with exit code" in printed
    assert "All checks passed." not in printed


def test_a_missing_decoder_fails(
    tiny_model_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(decoders, "find_decoders", lambda _uid: ())
    assert main(["self-test", "--model", str(tiny_model_path)]) == Exit.COULD_NOT_RUN
    assert "no decoder is installed" in capsys.readouterr().out


def test_a_refused_model_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["self-test", "--model", str(tmp_path / "m.onnx")]) == Exit.COULD_NOT_RUN
    assert "FAILED" in capsys.readouterr().out
