"""One stage of a recipe: epochs of Adam with early stopping, which can be broken off and resumed.

An epoch depends only on the weights and the optimiser's state before it, on the seed and on its
number: order, alterations and dropout are drawn anew for each epoch from the seed and the number.
So a stage that was broken off and resumed ends where an unbroken one does.
"""

from __future__ import annotations

import json
import logging
import math
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from training.errors import RunError
from training.evaluation.calibration import UNCALIBRATED
from training.evaluation.metrics import area_under_roc, binary_cross_entropy
from training.fitting.augmentation import apply_alterations, draw_alterations
from training.fitting.disturbance import apply_disturbances, draw_disturbances
from training.recipes import Disturbance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from training.evaluation.calibration import Calibration
    from training.progress import Bar
    from training.recipes import Augmentation, Stage

__all__ = ["Examples", "StageState", "predict_probability", "run_stage"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examples:
    """What one stage learns from or is judged on.

    Attributes
    ----------
    inputs : (n, rows, columns, 1) uint8 images, or (n, channels) float32 features
    is_pneumonia : (n,) bool
    weights : (n,) float32, of each example in the loss
    """

    inputs: NDArray[Any]
    is_pneumonia: NDArray[np.bool_]
    weights: NDArray[np.float32]


@dataclass(slots=True)
class StageState:
    """Where a stage stands.

    Attributes
    ----------
    epoch : epochs done
    best_epoch, best : the best one, counted from 1, and its monitored figure
    history : a line per epoch
    """

    epoch: int = 0
    best_epoch: int = 0
    best: float = math.nan
    history: list[dict[str, float]] = field(default_factory=list)


def run_stage(
    trained: keras.Model,
    stage: Stage,
    *,
    train: Examples,
    validation: Examples,
    seed: int,
    checkpoint: Path,
    bar: Callable[[str, int], Any],
    augmentation: Augmentation | Disturbance | None = None,
) -> StageState:
    """Train until the epochs are over or the figure no longer gets better; keep the best weights.

    Parameters
    ----------
    trained : from inputs to logits; its layers' ``trainable`` decides what changes
    stage : settings
    train, validation : examples
    seed : of order, alterations and dropout
    checkpoint : file that is written after each epoch, and continued from where it exists
    bar : opens a progress bar, as `training.progress.ProgressBars.bar`
    augmentation : for images; None shows them as they are

    Returns
    -------
    the state at the end; `trained` has the best epoch's weights
    """
    optimiser = keras.optimizers.Adam(stage.learning_rate)
    optimiser.build(trained.trainable_variables)
    average = _Average(trained, stage.averaging) if stage.averaging else None
    step = _make_step(trained, optimiser, augmentation, stage.label_smoothing, average)
    state, best_weights = _restore(checkpoint, trained, optimiser, average)
    while state.epoch < stage.epochs and state.epoch - state.best_epoch < stage.patience:
        optimiser.learning_rate.assign(_learning_rate(stage, state.epoch))
        with bar(f"epoch {state.epoch + 1} of at most {stage.epochs}", len(train.inputs)) as shown:
            loss = _run_epoch(
                trained,
                step,
                train,
                batch_size=stage.batch_size,
                augmentation=augmentation,
                seed=[seed, state.epoch],
                shown=shown,
            )
        raw_weights = [variable.numpy() for variable in trained.variables]
        if average is not None:
            average.give_to(trained)
        probability = predict_probability(trained, validation.inputs)
        figures = {
            "loss": loss,
            "validation_loss": binary_cross_entropy(
                probability, validation.is_pneumonia, validation.weights
            ),
            "validation_auc": area_under_roc(probability, validation.is_pneumonia),
        }
        state.epoch += 1
        state.history.append({"epoch": state.epoch, **figures})
        value = figures["validation_loss" if stage.monitor == "loss" else "validation_auc"]
        if state.best_epoch == 0 or _is_better(stage, value, state.best):
            state.best_epoch, state.best = state.epoch, value
            best_weights = [variable.numpy() for variable in trained.variables]
        for variable, raw in zip(trained.variables, raw_weights, strict=True):
            variable.assign(raw)
        _save(checkpoint, trained, optimiser, state, best_weights, average)
        _log.info(
            "epoch %d: loss %.4f, validation loss %.4f, validation AUC %.5f%s",
            state.epoch, loss, figures["validation_loss"], figures["validation_auc"],
            ", best so far" if state.best_epoch == state.epoch else "",
        )  # fmt: skip
    for variable, value_of_best in zip(trained.variables, best_weights, strict=True):
        variable.assign(value_of_best)
    return state


def predict_probability(
    model: keras.Model,
    inputs: NDArray[Any],
    calibration: Calibration = UNCALIBRATED,
    head: int = 0,
    batch_size: int = 32,
) -> NDArray[np.float64]:
    """Probabilities ``(n,)`` by a head of a model that gives logits ``(n, heads)``, dropout off."""
    logits = [
        np.asarray(model(inputs[start : start + batch_size].astype(np.float32), training=False))
        for start in range(0, len(inputs), batch_size)
    ]
    return calibration.apply_to_logit(np.concatenate(logits)[:, head].astype(np.float64))


def _learning_rate(stage: Stage, epoch: int) -> float:
    progress = epoch / max(1, stage.epochs - 1)
    span = stage.learning_rate - stage.final_learning_rate
    return stage.final_learning_rate + span * 0.5 * (1 + math.cos(math.pi * progress))


def _is_better(stage: Stage, value: float, best: float) -> bool:
    if stage.monitor == "last":
        return True
    return value > best if stage.monitor == "auc" else value < best


class _Average:
    """Average of the trained weights over the steps, the latest counting most.

    Notes
    -----
    Exponential moving average as in Polyak and Juditsky 1992 and Izmailov et al., UAI 2018. Its
    memory grows with the steps at first, so that it does not hang on the weights of the start.
    """

    def __init__(self, trained: keras.Model, decay: float) -> None:
        self._of = [variable.value for variable in trained.trainable_variables]
        self._decay = decay
        self.steps = tf.Variable(0.0, trainable=False)
        self.values = [tf.Variable(value, trainable=False) for value in self._of]

    def update(self) -> None:
        """Take in the weights after a step."""
        self.steps.assign_add(1.0)
        decay = tf.minimum(self._decay, self.steps / (self.steps + 10.0))
        for value, now in zip(self.values, self._of, strict=True):
            value.assign(decay * value + (1.0 - decay) * now)

    def give_to(self, trained: keras.Model) -> None:
        """Put the averages in the place of the weights."""
        for variable, value in zip(trained.trainable_variables, self.values, strict=True):
            variable.assign(value.numpy())


def _make_step(
    trained: keras.Model,
    optimiser: keras.optimizers.Optimizer,
    augmentation: Augmentation | Disturbance | None,
    label_smoothing: float,
    average: _Average | None,
) -> Any:
    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]  # no type hints there
    def step(
        inputs: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor, drawn: dict[str, tf.Tensor]
    ) -> tf.Tensor:
        if isinstance(augmentation, Disturbance):
            inputs = apply_disturbances(inputs, drawn)
            own = drawn["mixes"]
            labels = labels * own + labels[::-1] * (1.0 - own)
            weights = weights * own + weights[::-1] * (1.0 - own)
        elif augmentation is not None:
            inputs = apply_alterations(inputs, drawn["transforms"], drawn["contrasts"])
        labels = labels * (1.0 - 2.0 * label_smoothing) + label_smoothing
        with tf.GradientTape() as tape:
            logits = trained(inputs, training=True)[:, 0]
            losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
            loss = tf.reduce_mean(weights * losses)
        variables = trained.trainable_variables
        optimiser.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        if average is not None:
            average.update()
        return loss

    return step


def _draw(
    generator: np.random.Generator,
    count: int,
    augmentation: Augmentation | Disturbance | None,
    source: tuple[int, int],
    target: tuple[int, int],
    is_pneumonia: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    if augmentation is None:
        return {}
    if isinstance(augmentation, Disturbance):
        return draw_disturbances(generator, count, augmentation, source, target, is_pneumonia)
    transforms, contrasts = draw_alterations(generator, count, augmentation, *source)
    return {"transforms": transforms, "contrasts": contrasts}


def _run_epoch(
    trained: keras.Model,
    step: Any,
    train: Examples,
    *,
    batch_size: int,
    augmentation: Augmentation | Disturbance | None,
    seed: list[int],
    shown: Bar,
) -> float:
    generator = np.random.default_rng(seed)
    _reseed_dropout(trained, generator)
    order = generator.permutation(len(train.inputs))
    size = min(batch_size, len(order))
    losses = []
    # the last, smaller batch is left out: batch normalisation of a few images is noise
    for start in range(0, len(order) - size + 1, size):
        chosen = order[start : start + size]
        inputs = train.inputs[chosen].astype(np.float32)
        is_pneumonia = train.is_pneumonia[chosen]
        drawn = _draw(
            generator,
            size,
            augmentation,
            inputs.shape[1:3],
            trained.input.shape[1:3],
            is_pneumonia,
        )
        labels = is_pneumonia.astype(np.float32)
        losses.append(float(step(inputs, labels, train.weights[chosen], drawn)))
        shown(size)
    mean = float(np.mean(losses))
    if not math.isfinite(mean):
        raise RunError(
            f"the loss became {mean} in epoch {seed[1] + 1}; lower the recipe's learning rate."
        )
    return mean


def _reseed_dropout(trained: keras.Model, generator: np.random.Generator) -> None:
    for layer in trained.layers:
        if isinstance(layer, keras.Model):
            _reseed_dropout(layer, generator)
        elif isinstance(layer, keras.layers.Dropout):
            layer.seed_generator.state.assign(generator.integers(0, 2**31, 2))


def _save(
    checkpoint: Path,
    trained: keras.Model,
    optimiser: keras.optimizers.Optimizer,
    state: StageState,
    best_weights: list[NDArray[Any]],
    average: _Average | None,
) -> None:
    arrays = {f"weight_{i}": v.numpy() for i, v in enumerate(trained.variables)}
    arrays |= {f"optimiser_{i}": v.numpy() for i, v in enumerate(optimiser.variables)}
    arrays |= {f"best_{i}": value for i, value in enumerate(best_weights)}
    if average is not None:
        arrays |= {f"average_{i}": v.numpy() for i, v in enumerate(average.values)}
        arrays["average_steps"] = average.steps.numpy()
    arrays["state"] = np.frombuffer(json.dumps(asdict(state)).encode(), np.uint8)
    partial = checkpoint.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as file:
        np.savez(file, **arrays)
    partial.replace(checkpoint)


def _restore(
    checkpoint: Path,
    trained: keras.Model,
    optimiser: keras.optimizers.Optimizer,
    average: _Average | None,
) -> tuple[StageState, list[NDArray[Any]]]:
    if not checkpoint.is_file():
        return StageState(), [variable.numpy() for variable in trained.variables]
    try:
        with np.load(checkpoint, allow_pickle=False) as arrays:
            state = StageState(**json.loads(arrays["state"].tobytes()))
            for i, variable in enumerate(trained.variables):
                variable.assign(arrays[f"weight_{i}"])
            for i, variable in enumerate(optimiser.variables):
                variable.assign(arrays[f"optimiser_{i}"])
            if average is not None:
                average.steps.assign(arrays["average_steps"])
                for i, variable in enumerate(average.values):
                    variable.assign(arrays[f"average_{i}"])
            best_weights = [arrays[f"best_{i}"] for i in range(len(trained.variables))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{checkpoint}: is no checkpoint of this recipe ({error}); "
            "start again without --resume in a new folder."
        ) from error
    _log.info("continued after epoch %d", state.epoch)
    return state, best_weights
