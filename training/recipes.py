"""The recipes: every setting that decides what a training gives."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["RECIPES", "Augmentation", "Disturbance", "Recipe", "Stage"]


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


class Disturbance(_Settings):
    """How a training image is disturbed where another site's images shall be read as well.

    Attributes
    ----------
    unaltered : share of the images that are shown as they are, only mirrored
    rotation_degrees : up to this, to either side
    horizontal_flip : half of the images are mirrored
    rows, columns : smallest and largest share of the image's rows, and of its columns, that the
        field shows; drawn apart from each other, so that the aspect ratio varies as widely. A field
        larger than the image has a rim
    shift : of the field, up to this share of a side beyond where it shows nothing but image
    evens_aspect : natural logarithm of how much more the images of one label were squeezed than
        those of the other when they were brought to a square; the fields of both are drawn apart by
        this much, so that the ratio no longer tells the label
    framed : share of the images whose rim is one grey; the others repeat the image's edge
    gamma : natural logarithm of the largest exponent, to either side
    contrast : factor in [1 - contrast, 1 + contrast] about the image's mean
    brightness : added, up to this share of white, to either side
    shading : brightness falls or rises towards an edge, up to this share
    sharpness : what a 5 x 5 smoothing takes is added or taken off, up to this factor
    noise : largest standard deviation, as a share of white; half of the images have none
    covered_edges : share of the images whose edges, and share whose corners, are covered: a network
        can tell data sets apart by collimation and by marker letters
    covered_inside : share of the images with a covered rectangle
    mixed : share of the images that are mixed with another, as are their labels
    """

    unaltered: float = Field(ge=0, le=1)
    rotation_degrees: float = Field(ge=0, le=45)
    horizontal_flip: bool
    rows: tuple[float, float]
    columns: tuple[float, float]
    shift: float = Field(ge=0, le=0.5)
    evens_aspect: float = Field(ge=-1, le=1)
    framed: float = Field(ge=0, le=1)
    gamma: float = Field(ge=0, le=2)
    contrast: float = Field(ge=0, lt=1)
    brightness: float = Field(ge=0, le=1)
    shading: float = Field(ge=0, lt=0.5)
    sharpness: float = Field(ge=0, le=2)
    noise: float = Field(ge=0, le=0.2)
    covered_edges: float = Field(ge=0, le=1)
    covered_inside: float = Field(ge=0, le=1)
    mixed: float = Field(ge=0, le=1)


class Stage(_Settings):
    """One round of optimisation with Adam on binary cross-entropy.

    Attributes
    ----------
    epochs : at most
    batch_size : images in a step
    learning_rate : at the first epoch; falls along a half cosine to `final_learning_rate`
    patience : epochs without a better figure after which it stops; the best weights are kept
    monitor : the figure, on the validation part; with `last`, the last epoch is taken, whatever
        the figures say
    averaging : of the weights, the share that an average over the steps keeps of itself in each
        step; the averages are what is judged and kept. 0 keeps the weights themselves
    label_smoothing : labels are this far from 0 and 1
    side : rows and columns at which images are shown, for speed; None for the model's own
    """

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    learning_rate: float = Field(gt=0)
    final_learning_rate: float = Field(gt=0)
    patience: int = Field(ge=1)
    monitor: Literal["auc", "loss", "last"]
    averaging: float = Field(default=0.0, ge=0, lt=1)
    label_smoothing: float = Field(default=0.0, ge=0, lt=0.5)
    side: int | None = Field(default=None, ge=96, multiple_of=32)


class Recipe(_Settings):
    """How a model is trained.

    Attributes
    ----------
    name, description : for people
    smooths_input : whether the network first smooths its image with a binomial kernel of 5 x 5;
        fine grain says more of the scanner, the compression and the resizing than of the lung
    standardises_input : whether the network then brings the mean and the contrast of the image's
        middle to those of an average image, so that exposure says nothing
    batch_normalisation : between pooling and dropout; its statistics are those of the frozen base
    dropout : share of the pooled features that a step leaves out
    balances_classes : weighs both labels equally in the loss
    calibrates : whether slope and intercept of the logit are fitted on the validation part as it is
        and mildly altered, and operating points chosen on the same for stated sensitivities
    head : trains the head on the frozen base's features
    fine_tuning : then trains the base's last layers too; None leaves the base as it is
    trainable_layers : of the base, counted from its end, in `fine_tuning`
    augmentation : in `fine_tuning`
    whole : then trains all layers, stage after stage
    other : a recipe that is trained beside it, from the same weights of the base; the network at
        the end lies between the two (Wortsman et al., CVPR 2022)
    share_of_other : of its weights in that network
    disturbance : in `whole`
    """

    name: str
    description: str
    smooths_input: bool
    standardises_input: bool = False
    batch_normalisation: bool
    dropout: float = Field(ge=0, lt=1)
    balances_classes: bool
    calibrates: bool = False
    head: Stage
    fine_tuning: Stage | None = None
    trainable_layers: int = Field(default=0, ge=0)
    augmentation: Augmentation | None = None
    whole: tuple[Stage, ...] = ()
    disturbance: Disturbance | None = None
    other: Recipe | None = None
    share_of_other: float = Field(default=0.0, ge=0, lt=1)

    def with_epochs(self, head: int | None, fine_tuning: int | None) -> Recipe:
        """Give the recipe with other numbers of epochs; None leaves one as it is.

        Parameters
        ----------
        head : of that stage
        fine_tuning : of that stage and of each in `whole`, where the recipe has it; of `other` too
        """
        changes: dict[str, object] = {}
        if head is not None:
            changes["head"] = self.head.model_copy(update={"epochs": head})
        if fine_tuning is not None:
            shorter = {"epochs": fine_tuning}
            if self.fine_tuning is not None:
                changes["fine_tuning"] = self.fine_tuning.model_copy(update=shorter)
            changes["whole"] = tuple(stage.model_copy(update=shorter) for stage in self.whole)
        if self.other is not None:
            changes["other"] = self.other.with_epochs(head, fine_tuning)
        return self.model_copy(update=changes)


_HEAD: Final = Stage(
    epochs=60,
    batch_size=64,
    learning_rate=1e-3,
    final_learning_rate=1e-5,
    patience=10,
    monitor="loss",
)

_FINE_TUNING: Final = Stage(
    epochs=12,
    batch_size=32,
    learning_rate=6e-5,
    final_learning_rate=1e-6,
    patience=4,
    monitor="auc",
)

_AUGMENTATION: Final = Augmentation(
    unaltered=0.25,
    rotation_degrees=12.0,
    horizontal_flip=True,
    zoom=0.15,
    contrast=0.35,
)

_WHOLE: Final = Stage(
    epochs=20,
    batch_size=32,
    learning_rate=1e-4,
    final_learning_rate=4e-5,
    patience=100,
    monitor="last",
    averaging=0.99,
    label_smoothing=0.02,
    side=160,
)

_V2: Final = Recipe(
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
    fine_tuning=_FINE_TUNING,
    trainable_layers=30,
    augmentation=_AUGMENTATION,
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
        _V2,
        Recipe(
            name="final",
            description=(
                "the head first, then all layers on disturbed images of standardised exposure, "
                "small ones and then full ones, weights averaged over the steps; three tenths of "
                "the weights come from v2, trained beside it"
            ),
            smooths_input=True,
            standardises_input=True,
            batch_normalisation=True,
            dropout=0.4,
            balances_classes=True,
            calibrates=True,
            head=_HEAD,
            whole=(
                _WHOLE,
                _WHOLE.model_copy(
                    update={
                        "side": None,
                        "epochs": 12,
                        "learning_rate": 5e-5,
                        "final_learning_rate": 2e-6,
                        "averaging": 0.995,
                    }
                ),
            ),
            disturbance=Disturbance(
                unaltered=0.15,
                rotation_degrees=10.0,
                horizontal_flip=True,
                rows=(0.62, 1.15),
                columns=(0.7, 1.15),
                shift=0.04,
                evens_aspect=0.15,
                framed=0.5,
                gamma=0.35,
                contrast=0.3,
                brightness=0.12,
                shading=0.15,
                sharpness=0.8,
                noise=0.025,
                covered_edges=0.25,
                covered_inside=0.15,
                mixed=0.1,
            ),
            other=_V2,
            share_of_other=0.3,
        ),
    )
}
"""By name, as ``triage-train fit --recipe`` takes them."""
