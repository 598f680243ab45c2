"""A site's own calibration: of a model whose answers can be computed by hand."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.calibrating.sample import assign_folds, patients_needed
from training.cli import main
from training.data.manifest import read_manifest
from triage_app.inference.card import card_path_for, read_card, sha256_of_file, write_card
from triage_app.inference.check_image import make_check_image
from triage_app.inference.session import load_model


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures whose grey is brighter with pneumonia, of 130 patients of each label."""
    folder = tmp_path_factory.mktemp("data") / "our_site"
    generator = np.random.default_rng(1)
    for label, grey in (("NORMAL", 110), ("PNEUMONIA", 150)):
        (folder / label).mkdir(parents=True)
        for index, value in enumerate(generator.normal(grey, 15, 130)):
            picture = Image.new("L", (24, 20), int(np.clip(value, 0, 255)))
            picture.save(folder / label / f"{label[0]}{index}.png")
    return folder


def end_with_sigmoid(tiny_model: Path, folder: Path) -> Path:
    """Make the tiny model's sigmoid its last step, as it is in exported models."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(tiny_model)
    (offset,) = (node for node in graph.graph.node if node.output[0] == "probability")
    (sigmoid,) = (node for node in graph.graph.node if node.op_type == "Sigmoid")
    graph.graph.node.remove(offset)
    sigmoid.output[0] = "probability"
    path = folder / "plain.onnx"
    path.write_bytes(graph.SerializeToString())
    card = read_card(card_path_for(tiny_model))
    write_card(card.model_copy(update={"onnx_sha256": sha256_of_file(path)}), card_path_for(path))
    return path


@pytest.fixture(scope="module")
def model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return end_with_sigmoid(tiny_model, tmp_path_factory.mktemp("sigmoid"))


@pytest.fixture(scope="module")
def two_models(tiny_model_of_populations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return end_with_sigmoid(tiny_model_of_populations, tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def calibrated(model: Path, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("out") / "ours.onnx"
    assert main(["calibrate", str(model), str(site), "--output", str(output)]) == 0
    return output


def test_the_card_says_whose_child_it_is_and_what_was_measured(
    calibrated: Path, model: Path
) -> None:
    card, parent = load_model(calibrated).card, load_model(model).card
    assert card.parent_device_uid == parent.device_uid
    assert card.device_uid != parent.device_uid
    (point,) = card.operating_points
    assert point.name == "sensitivity_95"
    assert point.sensitivity.value == pytest.approx(0.95, abs=0.05)
    assert point.sensitivity.low < 0.95 < point.sensitivity.high
    assert point.n == 260
    assert card.calibration["ece"].value < 0.06
    assert card.data_sets[-1].name == "our_site"
    assert {path.name for path in calibrated.parent.iterdir()} == {"ours.onnx", "ours.json"}


def test_the_score_changes_by_the_slope_and_intercept_of_the_card(
    calibrated: Path, model: Path
) -> None:
    child, parent = load_model(calibrated), load_model(model)
    images = np.full((3, 224, 224, 1), 0, np.float32)
    images += np.array([80, 128, 160], np.float32).reshape(3, 1, 1, 1)
    before = parent.predict(images).probability.astype(float)
    slope, intercept = (child.card.calibration[key].value for key in ("slope", "intercept"))
    logit = slope * np.log(before / (1 - before)) + intercept
    assert child.predict(images).probability == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)
    # 15 of grey noise round 110 and 150: the logit rises by 40 / 15^2 for each step of grey
    assert slope == pytest.approx(32 * 40 / 15**2, rel=0.3)


def test_a_calibrated_model_can_be_calibrated_again(
    calibrated: Path, site: Path, tmp_path: Path
) -> None:
    words = ["calibrate", str(calibrated), str(site), "--output", str(tmp_path / "again.onnx")]
    assert main([*words, "--sensitivity", "0.9", "--precision", "0.1"]) == 0
    card = load_model(tmp_path / "again.onnx").card
    assert card.calibration["slope"].value == pytest.approx(1, abs=0.05)
    assert card.parent_device_uid == load_model(calibrated).card.device_uid
    assert card.default_operating_point.name == "sensitivity_90"


def test_too_few_patients_are_refused_with_the_number_that_is_needed(
    model: Path, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["calibrate", str(model), str(site), "--output", str(tmp_path / "o.onnx")]
    assert main([*words, "--precision", "0.02"]) == 1
    assert f"needs {patients_needed(0.95, 0.02)} with" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_model_is_not_written_over_itself(
    model: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", str(model), str(site), "--output", str(model)]) == 1
    assert "is the model itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("share", "half_width", "needed"), [(0.95, 0.05, 73), (0.5, 0.1, 97), (0.99, 0.05, 100)]
)
def test_how_many_an_interval_needs(share: float, half_width: float, needed: int) -> None:
    assert patients_needed(share, half_width) == needed


def test_folds_keep_patients_together_and_labels_even(made_images: Path) -> None:
    cases = read_manifest(made_images)
    folds = assign_folds(cases, seed=5)
    for patient in {case.patient for case in cases}:
        assert (
            len({fold for fold, case in zip(folds, cases, strict=True) if case.patient == patient})
            == 1
        )
    ill = np.array([case.is_pneumonia for case in cases])
    assert np.ptp(np.bincount(folds[ill])) <= 2
    assert np.array_equal(folds, assign_folds(cases, seed=5))


def test_calibrating_needs_no_tensorflow(model: Path, site: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "from training.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["calibrate", str(model), str(site), "--output", str(tmp_path / "m.onnx")]
    subprocess.run([sys.executable, "-c", code, *words], check=True)  # noqa: S603
    assert (tmp_path / "m.json").is_file()


def test_the_map_of_local_logits_is_calibrated_and_not_its_mean(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    import onnxruntime  # noqa: PLC0415 - only here

    from training.calibrating.graph import insert_calibration  # noqa: PLC0415 - needs onnx
    from training.evaluation.calibration import Calibration  # noqa: PLC0415

    make, floats = onnx.helper.make_node, onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            make("Sub", ["image", "one"], ["local"]),
            make("ReduceMean", ["local"], ["logit"], axes=[1, 2], keepdims=0),
            make("Sigmoid", ["logit"], ["probability"]),
            make("Relu", ["local"], ["heatmap"]),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("image", floats, ["n", 2, 2])],
        [
            onnx.helper.make_tensor_value_info("probability", floats, ["n"]),
            onnx.helper.make_tensor_value_info("heatmap", floats, ["n", 2, 2]),
        ],
        [onnx.numpy_helper.from_array(np.float32(1), "one")],
    )
    path = tmp_path / "m.onnx"
    made = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8
    )
    onnx.save(made, path)
    changed = insert_calibration(path, "probability", [Calibration(2.0, 0.5)])
    session = onnxruntime.InferenceSession(changed.SerializeToString())
    image = np.array([[[0, 1], [2, 4]]], np.float32)
    probability, heatmap = session.run(None, {"image": image})
    local = 2 * (image - 1) + 0.5
    assert heatmap == pytest.approx(np.maximum(local, 0))
    assert probability == pytest.approx(1 / (1 + np.exp(-local.mean())))


@pytest.mark.parametrize("axes", [[2, 3], [-2, -1], [1, 2]], ids=str)
def test_each_population_of_a_map_has_its_own_line(axes: list[int], tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    import onnxruntime  # noqa: PLC0415 - only here

    from training.calibrating.graph import insert_calibration  # noqa: PLC0415 - needs onnx
    from training.evaluation.calibration import Calibration  # noqa: PLC0415

    shape = ["n", 3, 3, 2] if axes == [1, 2] else ["n", 2, 3, 3]
    make, floats = onnx.helper.make_node, onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            make("Sub", ["image", "one"], ["local"]),
            make("ReduceMean", ["local", "axes"], ["logit"], keepdims=0),
            make("Sigmoid", ["logit"], ["probability"]),
            make("Relu", ["local"], ["heatmap"]),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("image", floats, shape)],
        [
            onnx.helper.make_tensor_value_info("probability", floats, ["n", 2]),
            onnx.helper.make_tensor_value_info("heatmap", floats, shape),
        ],
        [
            onnx.numpy_helper.from_array(np.float32(1), "one"),
            onnx.numpy_helper.from_array(np.array(axes, np.int64), "axes"),
        ],
    )
    path = tmp_path / "m.onnx"
    made = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8
    )
    onnx.save(made, path)
    lines = [Calibration(2.0, 0.5), Calibration(0.5, -1.0)]
    changed = insert_calibration(path, "probability", lines)
    session = onnxruntime.InferenceSession(changed.SerializeToString())
    image = np.random.default_rng(3).normal(1, 2, (4, *shape[1:])).astype(np.float32)
    probability, heatmap = session.run(None, {"image": image})
    slope, intercept = np.array([2.0, 0.5]), np.array([0.5, -1.0])
    if axes != [1, 2]:
        slope, intercept = slope.reshape(2, 1, 1), intercept.reshape(2, 1, 1)
    local = slope * (image - 1) + intercept
    assert heatmap == pytest.approx(np.maximum(local, 0), abs=1e-5)
    expected = 1 / (1 + np.exp(-local.mean(axis=tuple(axes))))
    assert probability == pytest.approx(expected, abs=1e-5)


def write_ages(folder: Path, ages: tuple[int | None, ...], patients: int = 130) -> Path:
    """Write a table of pictures, brighter with pneumonia in children, darker in adults."""
    generator = np.random.default_rng(2)
    folder.mkdir()
    lines = ["path,label,age"]
    for age in ages:
        greys = (150, 110) if age == 40 else (110, 150)
        for label, grey in zip(("NORMAL", "PNEUMONIA"), greys, strict=True):
            for index, value in enumerate(generator.normal(grey, 15, patients)):
                name = f"{label}_{age}_{index}.png"
                Image.new("L", (24, 20), int(np.clip(value, 0, 255))).save(folder / name)
                lines.append(f"{name},{label},{'' if age is None else age}")
    table = folder / "our_hospital.csv"
    table.write_text("\n".join(lines) + "\n")
    return table


def test_each_population_of_a_site_is_calibrated_by_itself(
    two_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_ages(tmp_path / "data", (3, 40))
    assert (
        main(["calibrate", str(two_models), str(table), "--output", str(tmp_path / "o.onnx")]) == 0
    )
    said = capsys.readouterr().out
    assert "children: sensitivity_95" in said
    assert "adults: sensitivity_95" in said
    child, parent = load_model(tmp_path / "o.onnx"), load_model(two_models)
    assert [point.title for point in child.card.operating_points] == [
        "children: sensitivity_95",
        "adults: sensitivity_95",
    ]
    assert {point.n for point in child.card.operating_points} == {260}
    assert {each.population for each in child.card.evaluations} == {"children", "adults"}
    assert child.card.calibration == {}
    images = np.full((3, 224, 224, 1), 0, np.float32)
    images += np.array([80, 128, 160], np.float32).reshape(3, 1, 1, 1)
    before = parent.predict(images).probability.astype(float)
    for index, population in enumerate(child.card.populations):
        slope, intercept = (population.calibration[key].value for key in ("slope", "intercept"))
        logit = np.log(before / (1 - before))[:, index]
        expected = 1 / (1 + np.exp(-(slope * logit + intercept)))
        found = child.predict(images).probability[:, index]
        assert found == pytest.approx(expected, abs=1e-5)
        assert population.calibration["ece"].value < 0.1


def test_a_population_that_a_site_has_none_of_stays_as_it_was(
    two_models: Path, site: Path, tmp_path: Path
) -> None:
    words = ["calibrate", str(two_models), str(site), "--output", str(tmp_path / "o.onnx")]
    assert main(words) == 0
    child, parent = load_model(tmp_path / "o.onnx"), load_model(two_models)
    assert child.card.points_of("adults") == parent.card.points_of("adults")
    assert child.card.populations[1] == parent.card.populations[1]
    assert child.card.points_of("children")[0].name == "sensitivity_95"
    image = np.full((1, 224, 224, 1), 90, np.float32)
    was, is_now = (each.predict(image).probability[0] for each in (parent, child))
    assert is_now[1] == pytest.approx(was[1], abs=1e-6)
    assert abs(is_now[0] - was[0]) > 0.01


def test_too_few_of_one_population_are_refused_by_its_name(
    two_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_ages(tmp_path / "data", (3,))
    few = write_ages(tmp_path / "few", (40,), patients=5)
    lines = [f"../few/{line}" for line in few.read_text().splitlines()[1:]]
    table.write_text(table.read_text() + "\n".join(lines) + "\n")
    assert (
        main(["calibrate", str(two_models), str(table), "--output", str(tmp_path / "o.onnx")]) == 1
    )
    assert "5 patients with pneumonia and of 5 without that are read as adults" in (
        capsys.readouterr().err
    )
    assert not (tmp_path / "o.onnx").exists()


def test_the_check_image_is_scored_anew(calibrated: Path) -> None:
    child = load_model(calibrated)
    image = make_check_image("two_lungs", 224, 224)[np.newaxis]
    expected = child.card.check_image.probability
    assert float(child.predict(image).probability[0]) == pytest.approx(expected, abs=1e-5)


def test_a_model_whose_last_step_is_no_sigmoid_is_refused(
    tiny_model: Path, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["calibrate", str(tiny_model), str(site), "--output", str(tmp_path / "m.onnx")]
    assert main(words) == 1
    assert "does not come from a sigmoid" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
