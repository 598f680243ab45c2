"""Where an image lies in its widget: scale and position, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Viewport"]

LARGEST_SCALE = 32.0
"""Widget pixels per image pixel."""

SMALLEST_SHARE_OF_FIT = 0.25
"""The smallest scale, as a share of the scale at which the image just fits."""

ALWAYS_REACHED_SCALE = 0.25
"""Even the smallest image can be shown pixel for pixel on the densest screen."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """The image point that stands in the middle of the widget, and the scale.

    Image coordinates run from 0 to `columns` and from 0 to `rows`, so that the first pixel's centre
    lies at (0.5, 0.5).

    Attributes
    ----------
    rows, columns : of the image, as it is shown
    width, height : of the widget, in widget pixels
    scale : widget pixels per image pixel, from left to right
    center_x, center_y : image coordinates of the widget's middle
    is_fitted : whether it keeps the whole image in sight when the widget changes its size
    pixel_aspect : height of an image pixel over its width; from top to bottom it takes that many
        times the scale
    """

    rows: int
    columns: int
    width: float
    height: float
    scale: float
    center_x: float
    center_y: float
    is_fitted: bool = True
    pixel_aspect: float = 1.0

    @classmethod
    def fit(
        cls, rows: int, columns: int, width: float, height: float, pixel_aspect: float = 1.0
    ) -> Viewport:
        """Show the whole image, as large as it goes."""
        if rows < 1 or columns < 1:
            raise ValueError(f"expected an image of at least 1 x 1, received {rows} x {columns}")
        scale = max(min(width / columns, height / (rows * pixel_aspect)), 1e-3)
        center_x, center_y = columns / 2, rows / 2
        return cls(
            rows, columns, width, height, scale, center_x, center_y, pixel_aspect=pixel_aspect
        )

    @property
    def scale_down(self) -> float:
        """Widget pixels per image pixel, from top to bottom."""
        return self.scale * self.pixel_aspect

    def fitted(self) -> Viewport:
        """Show the whole image again."""
        return self.fit(self.rows, self.columns, self.width, self.height, self.pixel_aspect)

    def resized(self, width: float, height: float) -> Viewport:
        """Follow the widget: a fitted image stays fitted, another keeps its middle and scale."""
        if self.is_fitted:
            return self.fit(self.rows, self.columns, width, height, self.pixel_aspect)
        return replace(self, width=width, height=height)

    def scaled_to(self, scale: float) -> Viewport:
        """Take a scale and keep the middle; 1 / device pixel ratio is pixel for pixel."""
        return self._limited(replace(self, scale=scale, is_fitted=False))

    def zoomed(self, factor: float, x: float, y: float) -> Viewport:
        """Zoom and keep the image point under the widget point (x, y) where it is."""
        image_x, image_y = self.to_image(x, y)
        zoomed = self._limited(replace(self, scale=self.scale * factor, is_fitted=False))
        return zoomed._limited(
            replace(
                zoomed,
                center_x=image_x - (x - self.width / 2) / zoomed.scale,
                center_y=image_y - (y - self.height / 2) / zoomed.scale_down,
            )
        )

    def panned(self, dx: float, dy: float) -> Viewport:
        """Move the image by widget pixels."""
        return self._limited(
            replace(
                self,
                center_x=self.center_x - dx / self.scale,
                center_y=self.center_y - dy / self.scale_down,
                is_fitted=False,
            )
        )

    def magnified(self, factor: float, x: float, y: float) -> Viewport:
        """Enlarge about a widget point without any limit, as a glass does."""
        image_x, image_y = self.to_image(x, y)
        larger = replace(self, scale=self.scale * factor)
        return replace(
            larger,
            center_x=image_x - (x - self.width / 2) / larger.scale,
            center_y=image_y - (y - self.height / 2) / larger.scale_down,
        )

    def centred_at(self, x: float, y: float) -> Viewport:
        """Bring a point of the image to the widget's middle."""
        return self._limited(replace(self, center_x=x, center_y=y, is_fitted=False))

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Give the image coordinates (x, y) of a widget point."""
        return (
            self.center_x + (x - self.width / 2) / self.scale,
            self.center_y + (y - self.height / 2) / self.scale_down,
        )

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Give the widget point (x, y) of image coordinates."""
        return (
            self.width / 2 + (x - self.center_x) * self.scale,
            self.height / 2 + (y - self.center_y) * self.scale_down,
        )

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Give row and column of the pixel under a widget point; None beside the image."""
        image_x, image_y = self.to_image(x, y)
        row, column = int(image_y // 1), int(image_x // 1)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def _limited(self, viewport: Viewport) -> Viewport:
        """Keep the scale within bounds and the widget's middle on the image."""
        fitting = self.fitted().scale
        lowest = min(fitting * SMALLEST_SHARE_OF_FIT, ALWAYS_REACHED_SCALE)
        return replace(
            viewport,
            scale=min(max(viewport.scale, lowest), LARGEST_SCALE),
            center_x=min(max(viewport.center_x, 0.0), float(self.columns)),
            center_y=min(max(viewport.center_y, 0.0), float(self.rows)),
        )
