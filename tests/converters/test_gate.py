"""The gate in the graph says what the fitted gate says, and computes nothing twice."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.converters.conftest import KERAS_WARNING
from training.errors import ExportError
from training.gate.fitting import fit_gate, set_limits

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_WARNING)]

SHARE = {"value": 0.99, "low": 0.9, "high": 1.0, "n": 20}
FIGURES = {
    "threshold": 0.5,
    "lost_chests": {"children, as they are": SHARE},
    "refused_other": {"drawn_lateral": SHARE | {"unfitted": SHARE | {"value": 0.75}}},
}


@dataclass
class Exported:
    """A network of 96 x 96, the run that holds its gate, and images on both sides of it."""

    network: object
    run: object
    images: np.ndarray


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    from training.fitting.network import RANDOM_WEIGHTS, build_network  # noqa: PLC0415 - slow
    from training.gate.gate import FIGURES_FILE, GATE_FILE  # noqa: PLC0415
    from training.gate.sight import make_sight, see  # noqa: PLC0415
    from training.recipes import RECIPES  # noqa: PLC0415
    from training.run_folder import RunFolder  # noqa: PLC0415
    from triage_app.imaging.preprocessing import PreprocessingSpec  # noqa: PLC0415

    spec = PreprocessingSpec(rows=96, columns=96)
    network = build_network(RECIPES["v2"], spec, RANDOM_WEIGHTS)
    generator = np.random.default_rng(2)
    bright_below = np.linspace(40, 200, 96)[:, np.newaxis, np.newaxis]
    chests = np.clip(bright_below + generator.normal(0, 12, (48, 96, 96, 1)), 0, 255)
    others = chests[:, ::-1]
    images = np.concatenate([chests, others]).astype(np.uint8)
    blocks = see(make_sight(network), images)
    parts = [[block[rows] for block in blocks] for rows in (np.s_[:24], np.s_[24:48], np.s_[48:])]
    gate = set_limits(
        fit_gate({"children": parts[0]}, {"upside_down": parts[2]}), {"children": parts[1]}, 0.05
    )
    run = RunFolder(tmp_path_factory.mktemp("gated"))
    gate.write(run.path / GATE_FILE)
    (run.path / FIGURES_FILE).write_text(json.dumps(FIGURES), encoding="utf-8")
    return Exported(network, run, images)


def _graph(exported: Exported, *, gated: bool):
    from converters.gate import gate_outputs  # noqa: PLC0415 - slow
    from converters.graph import fold_heads, to_onnx  # noqa: PLC0415

    further = gate_outputs(exported.network, exported.run) if gated else ()
    return to_onnx(exported.network, fold_heads(exported.network), further)


def test_the_graph_has_the_output_and_says_what_was_fitted(exported: Exported) -> None:
    import onnxruntime  # noqa: PLC0415 - slow

    from training.gate.gate import GATE_FILE, Gate  # noqa: PLC0415
    from training.gate.sight import make_sight, see  # noqa: PLC0415

    graph = _graph(exported, gated=True)
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found = session.run(["in_distribution"], {"image": exported.images.astype(np.float32)})[0]
    gate = Gate.read(exported.run.path / GATE_FILE)
    expected = gate.measure(see(make_sight(exported.network), exported.images)).likeness
    assert found == pytest.approx(expected, abs=1e-4)
    assert (found[:48] >= 0.5).mean() > 0.8
    assert (found[48:] >= 0.5).mean() < 0.1
    # one pass: the base's convolutions stand in the graph once
    convolutions = [node.op_type for node in graph.graph.node].count("Conv")
    plain = [node.op_type for node in _graph(exported, gated=False).graph.node].count("Conv")
    assert convolutions == plain


def test_a_run_without_a_gate_adds_nothing(exported: Exported, tmp_path: Path) -> None:
    from converters.gate import gate_outputs  # noqa: PLC0415 - slow
    from training.run_folder import RunFolder  # noqa: PLC0415

    assert gate_outputs(exported.network, RunFolder(tmp_path)) == ()


def test_the_card_takes_threshold_and_figures(exported: Exported, tiny_card) -> None:
    from converters.gate import with_gate  # noqa: PLC0415 - slow
    from training.card_defaults import NOT_GATED  # noqa: PLC0415

    ungated = tiny_card.model_copy(update={"known_limits": ("Small.", NOT_GATED)})
    card = type(tiny_card).model_validate(with_gate(ungated, exported.run).model_dump())
    assert card.eligibility.gate_threshold == 0.5
    assert card.tensor("in_distribution").name == "in_distribution"
    lost, refused = card.evaluations[-2:]
    assert (lost.subgroup, lost.metrics["lost"].value) == ("children, as they are", 0.99)
    assert (refused.subgroup, refused.metrics["refused_unfitted"].value) == ("drawn_lateral", 0.75)
    assert NOT_GATED not in card.known_limits
    assert "drawn lateral" in card.known_limits[-1]


def test_figures_that_are_missing_stop_the_export(
    exported: Exported, tiny_card, tmp_path: Path
) -> None:
    from converters.gate import with_gate  # noqa: PLC0415 - slow
    from training.gate.gate import GATE_FILE  # noqa: PLC0415
    from training.run_folder import RunFolder  # noqa: PLC0415

    (tmp_path / GATE_FILE).write_bytes((exported.run.path / GATE_FILE).read_bytes())
    with pytest.raises(ExportError, match=r"gate\.json.*triage-train gate"):
        with_gate(tiny_card, RunFolder(tmp_path))


@pytest.fixture
def tiny_card(tmp_path: Path):
    from tests.tiny_model import write_tiny_model  # noqa: PLC0415
    from triage_app.inference.card import card_path_for, read_card  # noqa: PLC0415

    folder = tmp_path / "tiny"
    folder.mkdir()
    return read_card(card_path_for(write_tiny_model(folder)))
