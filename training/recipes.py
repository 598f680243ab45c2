"""The recipes: every setting that decides what a training gives."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["RECIPES", "Augmentation", "Recipe", "Stage"]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Augmentation(_Settings):
    """How a training image is altered, drawn anew each time it is shown.

    Attributes
    ----------
    unaltered : share of the images that are shown as they are; an altered image is interpolated
        and so a little softer than the images that will be read, and a network that saw only such
        images scores the others with an offset
    rotation_degrees : up to this, to either side
    horizontal_flip : half of the images are mirrored
    zoom : each axis by its own factor in [1 - zoom, 1 + zoom], so that the aspect ratio, which
        differs between data sets, varies too
    contrast : factor in [1 - contrast, 1 + contrast] about the image's mean
    """

    unaltered: float = Field(ge=0, le=1)
    rotation_degrees: float = Field(ge=0, le=45)
    horizontal_flip: bool
    zoom: float = Field(ge=0, lt=1)
    contrast: float = Field(ge=0, lt=1)


class Stage(_Settings):
    """One round of optimisation with Adam on binary cross-entropy.

    Attributes
    ----------
    epochs : at most
    batch_size : images in a step
    learning_rate : at the first epoch; falls along a half cosine to `final_learning_rate`
    patience : epochs without a better figure after which it stops; the best weights are kept
    monitor : the figure, on the validation part
    """

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    learning_rate: float = Field(gt=0)
    final_learning_rate: float = Field(gt=0)
    patience: int = Field(ge=1)
    monitor: Literal["auc", "loss"]


class Recipe(_Settings):
    """How a model is trained.

    Attributes
    ----------
    name, description : for people
    smooths_input : whether the network first smooths its image with a binomial kernel of 5 x 5;
        fine grain says more of the scanner, the compression and the resizing than of the lung
    batch_normalisation : between pooling and dropout; its statistics are those of the frozen base
    dropout : share of the pooled features that a step leaves out
    balances_classes : weighs both labels equally in the loss
    head : trains the head on the frozen base's features
    fine_tuning : then trains the base's last layers too; None leaves the base frozen
    trainable_layers : of the base, counted from its end, in `fine_tuning`
    augmentation : in `fine_tuning`
    """

    name: str
    description: str
    smooths_input: bool
    batch_normalisation: bool
    dropout: float = Field(ge=0, lt=1)
    balances_classes: bool
    head: Stage
    fine_tuning: Stage | None = None
    trainable_layers: int = Field(default=0, ge=0)
    augmentation: Augmentation | None = None

    def with_epochs(self, head: int | None, fine_tuning: int | None) -> Recipe:
        """Give the recipe with other numbers of epochs; None leaves one as it is."""
        changes: dict[str, Stage] = {}
        if head is not None:
            changes["head"] = self.head.model_copy(update={"epochs": head})
        if fine_tuning is not None and self.fine_tuning is not None:
            changes["fine_tuning"] = self.fine_tuning.model_copy(update={"epochs": fine_tuning})
        return self.model_copy(update=changes)


_HEAD: Final = Stage(
    epochs=60,
    batch_size=64,
    learning_rate=1e-3,
    final_learning_rate=1e-5,
    patience=10,
    monitor="loss",
)

RECIPES: Final = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="v1",
            description="frozen base, global average pooling, dropout and one dense unit",
            smooths_input=False,
            batch_normalisation=False,
            dropout=0.3,
            balances_classes=True,
            head=_HEAD,
        ),
        Recipe(
            name="v2",
            description=(
                "the head first, then the last 30 layers of the base at a low rate on rotated, "
                "mirrored, zoomed and contrast-altered images"
            ),
            smooths_input=True,
            batch_normalisation=True,
            dropout=0.4,
            balances_classes=True,
            head=_HEAD,
            fine_tuning=Stage(
                epochs=12,
                batch_size=32,
                learning_rate=6e-5,
                final_learning_rate=1e-6,
                patience=4,
                monitor="auc",
            ),
            trainable_layers=30,
            augmentation=Augmentation(
                unaltered=0.25,
                rotation_degrees=12.0,
                horizontal_flip=True,
                zoom=0.15,
                contrast=0.35,
            ),
        ),
    )
}
"""By name, as ``triage-train fit --recipe`` takes them."""
