"""Where a stored pixel lies in the widget: turned and flipped first, then scaled and moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.viewport import Viewport

__all__ = ["Placement"]


@dataclass(frozen=True, slots=True)
class Placement:
    """An image of `rows` x `columns` stored pixels, laid down in a widget.

    Attributes
    ----------
    rows, columns : of the image as it is stored
    pixel_aspect : height over width of a stored pixel
    orientation : how it is turned and flipped
    viewport : scale and position of what is shown
    """

    rows: int
    columns: int
    pixel_aspect: float
    orientation: Orientation
    viewport: Viewport

    @classmethod
    def fit(
        cls,
        rows: int,
        columns: int,
        width: float,
        height: float,
        *,
        pixel_aspect: float = 1.0,
        orientation: Orientation = Orientation(),  # noqa: B008 - frozen
    ) -> Placement:
        """Show the whole image, as large as it goes."""
        shape = orientation.shown_shape(rows, columns)
        aspect = orientation.shown_aspect(pixel_aspect)
        viewport = Viewport.fit(*shape, width, height, aspect)
        return cls(rows, columns, pixel_aspect, orientation, viewport)

    def oriented(self, orientation: Orientation) -> Placement:
        """Turn and flip about the widget's middle; a fitted image stays fitted."""
        view = self.viewport
        fitted = self.fit(
            self.rows,
            self.columns,
            view.width,
            view.height,
            pixel_aspect=self.pixel_aspect,
            orientation=orientation,
        )
        if view.is_fitted:
            return fitted
        middle = self.orientation.to_stored(view.center_x, view.center_y, self.rows, self.columns)
        is_turned = orientation.swaps_axes != self.orientation.swaps_axes
        scaled = fitted.viewport.scaled_to(view.scale_down if is_turned else view.scale)
        shown = orientation.to_shown(*middle, self.rows, self.columns)
        return replace(fitted, viewport=scaled.centred_at(*shown))

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Give the widget point of stored image coordinates."""
        return self.viewport.to_widget(*self.orientation.to_shown(x, y, self.rows, self.columns))

    def to_stored(self, x: float, y: float) -> tuple[float, float]:
        """Give the stored image coordinates of a widget point."""
        return self.orientation.to_stored(*self.viewport.to_image(x, y), self.rows, self.columns)

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Give row and column of the stored pixel under a widget point; None beside the image."""
        if self.viewport.pixel_at(x, y) is None:
            return None
        column, row = self.to_stored(x, y)
        # The far edges belong to the last pixel where a flip has brought them to the near side.
        return min(int(row), self.rows - 1), min(int(column), self.columns - 1)

    def widget_rect(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """Give left, top, right and bottom in the widget of a rectangle of stored coordinates."""
        (x0, y0), (x1, y1) = self.to_widget(left, top), self.to_widget(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def stored_rect(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """Give left, top, right and bottom in stored coordinates of a rectangle of the widget."""
        (x0, y0), (x1, y1) = self.to_stored(left, top), self.to_stored(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
