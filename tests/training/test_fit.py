"""Trainings of seconds, with random weights: what they leave behind, and that they can go on."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from training.cli import main
from training.data.case import Part
from training.data.manifest import read_manifest
from training.run_folder import RunFolder

pytestmark = [
    pytest.mark.tensorflow,
    # Keras 3.15 converts TensorFlow's tensors in the way that numpy 2 warns of
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

SHORT = ("--weights", "random", "--head-epochs", "3", "--fine-tuning-epochs", "2")


def fit(data: Path, run: Path, cache: Path, recipe: str = "v2") -> int:
    words = ["fit", str(data), "--recipe", recipe, "--output", str(run), "--cache", str(cache)]
    return main([*words, *SHORT])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def finished(made_images: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "v2"
    assert fit(made_images, run, cache) == 0
    return run


def read_history(run: Path) -> list[dict[str, float]]:
    with RunFolder(run).history.open(newline="") as file:
        return [
            {name: float(value) for name, value in line.items() if name != "stage"}
            for line in csv.DictReader(file)
        ]


def weights_of(run: Path) -> list[np.ndarray]:
    import keras  # noqa: PLC0415 - slow

    return keras.models.load_model(RunFolder(run).network, compile=False).get_weights()


def test_a_run_keeps_what_decided_it(finished: Path) -> None:
    run = RunFolder(finished)
    settings = run.read_settings()
    assert settings.recipe.name == "v2"
    assert settings.recipe.head.epochs == 3
    assert settings.device_uid.startswith("1.2.826.0.1.3680043.8.498.")
    assert set(settings.tool_versions) >= {"python", "tensorflow", "keras", "numpy"}
    assert {case.part for case in read_manifest(run.split)} == set(Part)
    proof = json.loads(run.split.with_suffix(".proof.json").read_text())
    assert set(proof["shared_patients"].values()) == {0}
    with run.history.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["stage"] for line in lines] == ["head"] * 3 + ["fine_tuning"] * 2
    assert "epoch 1" in run.log.read_text()
    points = run.read_operating_points()
    assert [point.name for point in points] == ["balanced", "high_sensitivity"]


def test_fine_tuning_changes_the_last_layers_of_the_base_and_no_others(finished: Path) -> None:
    import keras  # noqa: PLC0415 - slow

    from training.fitting.network import BASE_NAME, build_network  # noqa: PLC0415 - slow

    settings = RunFolder(finished).read_settings()
    keras.utils.set_random_seed(settings.seed)
    before = build_network(settings.recipe, settings.preprocessing, "random").get_layer(BASE_NAME)
    after = keras.models.load_model(RunFolder(finished).network, compile=False)
    after = after.get_layer(BASE_NAME)
    changed = {
        old.name
        for old, new in zip(before.layers, after.layers, strict=True)
        for a, b in zip(old.get_weights(), new.get_weights(), strict=True)
        if not np.array_equal(a, b)
    }
    last = {layer.name for layer in before.layers[-30:]}
    assert changed <= last
    assert "Conv_1" in changed
    assert not any("BN" in name or "bn" in name for name in changed)


def test_v1_leaves_the_base_alone(made_images: Path, cache: Path, tmp_path: Path) -> None:
    assert fit(made_images, tmp_path / "run", cache, "v1") == 0
    with RunFolder(tmp_path / "run").history.open(newline="") as file:
        assert {line["stage"] for line in csv.DictReader(file)} == {"head"}


def test_final_trains_all_layers_at_two_sizes_and_calibrates(
    made_images: Path, cache: Path, tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / "run")
    words = ["fit", str(made_images), "--recipe", "final", "--output", str(run.path)]
    words += ["--cache", str(cache), "--weights", "random"]
    assert main([*words, "--head-epochs", "3", "--fine-tuning-epochs", "1"]) == 0
    with run.history.open(newline="") as file:
        stages = [line["stage"] for line in csv.DictReader(file)]
    assert stages == ["head"] * 3 + ["whole_1", "whole_2"] + ["other_head"] * 3 + [
        "other_fine_tuning"
    ]
    assert run.read_calibration().slope > 0
    assert [point.name for point in run.read_operating_points()] == [
        "sensitivity_98", "sensitivity_95", "sensitivity_99",
    ]  # fmt: skip
    # what the checkpoint keeps as best are the averages, and not the weights that go on
    with np.load(run.checkpoint("whole_2")) as kept:
        last = [kept[f"weight_{i}"] for i in range(5)], [kept[f"best_{i}"] for i in range(5)]
        assert any(not np.array_equal(a, b) for a, b in zip(*last, strict=True))
        assert float(kept["average_steps"]) > 0


def test_an_interrupted_run_resumes_to_the_same_weights(
    made_images: Path,
    cache: Path,
    finished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from training.fitting import optimisation  # noqa: PLC0415 - slow

    run = tmp_path / "run"
    judge = optimisation.predict_probability
    calls = 0

    def interrupt_in_last_epoch(*arguments: object) -> np.ndarray:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return judge(*arguments)

    monkeypatch.setattr(optimisation, "predict_probability", interrupt_in_last_epoch)
    assert fit(made_images, run, cache) == 130
    assert not RunFolder(run).is_finished
    monkeypatch.undo()

    assert main(["fit", "--resume", "--output", str(run), "--cache", str(cache)]) == 0
    assert "continued after epoch 1" in capsys.readouterr().err
    # the order of a sum in two threads may change its last bit
    for resumed, unbroken in zip(weights_of(run), weights_of(finished), strict=True):
        assert resumed == pytest.approx(unbroken, rel=1e-3, abs=1e-5)
    figures = [read_history(path) for path in (run, finished)]
    assert [line["epoch"] for line in figures[0]] == [line["epoch"] for line in figures[1]]
    for resumed_line, unbroken_line in zip(*figures, strict=True):
        assert resumed_line["loss"] == pytest.approx(unbroken_line["loss"], abs=1e-4)


def test_a_finished_run_is_not_trained_over(
    made_images: Path, cache: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fit(made_images, finished, cache) == 1
    assert "holds a training already" in capsys.readouterr().err
    assert main(["fit", "--resume", "--output", str(finished)]) == 0


def test_resuming_with_changed_images_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    text = RunFolder(finished).settings.read_text()
    digest = RunFolder(finished).read_settings().data_sha256
    run.settings.write_text(text.replace(digest, "0" * 64))
    run.split.write_text(RunFolder(finished).split.read_text())
    assert main(["fit", "--resume", "--output", str(run.path)]) == 1
    assert "images have changed" in capsys.readouterr().err


def test_resuming_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "--resume", "--output", str(tmp_path / "run")]) == 1
    assert "is no folder of a training" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"no weights"], ids=["missing", "damaged"])
def test_weights_that_cannot_be_had(
    made_images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    weights = tmp_path / "w.weights.h5"
    if content is not None:
        weights.write_bytes(content)
    words = ["fit", str(made_images), "--recipe", "v1", "--output", str(tmp_path / "run")]
    assert main([*words, "--weights", str(weights)]) == 1
    said = capsys.readouterr().err
    assert "w.weights.h5: cannot be" in said
    assert "Traceback" not in said


def test_a_divided_table_is_used_as_it_is(finished: Path, cache: Path, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    assert fit(RunFolder(finished).split, run.path, cache, "v1") == 0
    assert run.split.read_text() == RunFolder(finished).split.read_text()
    assert json.loads(run.split.with_suffix(".proof.json").read_text())["seed"] is None


def test_features_of_another_front_are_not_taken(tmp_path: Path) -> None:
    """A layer without weights changes the features, though no weight tells it."""
    import keras  # noqa: PLC0415 - slow

    from training.fitting.features import pooled_features  # noqa: PLC0415 - slow
    from training.fitting.network import POOLING_NAME  # noqa: PLC0415 - slow

    pixels = np.random.default_rng(0).integers(0, 255, (5, 8, 8, 1), dtype=np.uint8)
    shared = keras.layers.Conv2D(3, 3, name="base")
    for factor in (1.0, 0.5):
        image = keras.Input((8, 8, 1))
        features = shared(keras.layers.Rescaling(factor)(image))
        pooled = keras.layers.GlobalAveragePooling2D(name=POOLING_NAME)(features)
        pooled_features(keras.Model(image, pooled), pixels, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_features_are_kept_by_content(made_images: Path, tmp_path: Path) -> None:
    import keras  # noqa: PLC0415 - slow

    from training.fitting.features import pooled_features  # noqa: PLC0415 - slow
    from training.fitting.network import POOLING_NAME  # noqa: PLC0415 - slow

    image = keras.Input((8, 8, 1))
    pooled = keras.layers.GlobalAveragePooling2D(name=POOLING_NAME)(
        keras.layers.Conv2D(3, 3, name="base")(image)
    )
    network = keras.Model(image, pooled)
    pixels = np.random.default_rng(0).integers(0, 255, (5, 8, 8, 1), dtype=np.uint8)
    first = pooled_features(network, pixels, tmp_path)
    assert first.shape == (5, 3)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"damaged")
    assert np.allclose(pooled_features(network, pixels, tmp_path), first)
    pooled_features(network, 255 - pixels, tmp_path)
    network.set_weights([value + 1 for value in network.get_weights()])
    pooled_features(network, pixels, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
