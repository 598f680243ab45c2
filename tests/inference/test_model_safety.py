"""Nothing that comes in a model or a file is executed, and no weights come from elsewhere."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_model import tiny_card, write_tiny_model
from triage_app.errors import ModelError
from triage_app.inference.card import write_card
from triage_app.inference.session import load_model

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for package in ("triage_app", "training", "converters", "benchmarks")
    for path in (REPOSITORY / package).rglob("*.py")
)
EXECUTES_DATA = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def calls_in(tree: ast.AST, pattern: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and re.fullmatch(pattern, ast.unparse(node.func))
    ]


def keyword_of(call: ast.Call, name: str) -> str:
    return next((ast.unparse(part.value) for part in call.keywords if part.arg == name), "")


def test_no_module_reads_data_by_executing_it() -> None:
    assert len(SOURCES) > 100
    networks = 0
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & EXECUTES_DATA, path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in EXECUTES_DATA, path
        assert not calls_in(tree, r"eval|exec|torch\.load|yaml\.(unsafe_)?load"), path
        for call in calls_in(tree, r"(np|numpy)\.load"):
            assert keyword_of(call, "allow_pickle") == "False", path
        for call in calls_in(tree, r"keras\.(models|saving)\.load_model"):
            assert keyword_of(call, "safe_mode") == "True", path
            networks += 1
        assert not calls_in(tree, r".*enable_unsafe_deserialization"), path
    assert networks > 3


@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin", "{folder}/weights.bin"])
def test_weights_outside_the_onnx_file_are_refused_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    onnx = pytest.importorskip("onnx", reason="makes a model; part of the extra `training`")
    folder = tmp_path / "model"
    folder.mkdir()
    path = write_tiny_model(folder, external_weights="weights.bin")
    (tmp_path / "weights.bin").write_bytes((folder / "weights.bin").read_bytes())
    graph = onnx.load(path, load_external_data=False)
    for tensor in graph.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = location.format(folder=tmp_path)
    path.write_bytes(graph.SerializeToString())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    write_card(tiny_card(sha256), path.with_suffix(".json"))
    monkeypatch.chdir(folder)
    with pytest.raises(ModelError, match="ONNX Runtime cannot load it"):
        load_model(path)


def test_a_refused_model_leaves_the_one_before_as_it_was(tmp_path: Path) -> None:
    model = load_model(write_tiny_model(tmp_path, "good"))
    image = np.full((1, 224, 224, 1), 100.0, dtype=np.float32)
    before = model.predict(image)
    for name, broken in (("nan", {"probability_offset": np.nan}), ("two", {"heatmap_offset": 9.0})):
        with pytest.raises(ModelError):
            load_model(write_tiny_model(tmp_path, name, **broken))  # type: ignore[arg-type]
    after = model.predict(image)
    assert after.probability.tobytes() == before.probability.tobytes()
    assert after.heatmap.tobytes() == before.heatmap.tobytes()
