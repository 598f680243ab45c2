"""The shape of a drawn thorax: outlines, ribs and vessels in body coordinates.

The body unit is the height of a usual chest radiograph, y = 0 at its upper border, x = 0 in the
midline; x grows to the right of the image, which is the patient's left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from triage_app.demonstration.canvas import Points, Stroke, smooth_curve

__all__ = ["LungZone", "Side", "Thorax"]

_RIBS = 11


class Side(StrEnum):
    """Of the patient; the right stands at the left of the image."""

    RIGHT = "right"
    LEFT = "left"

    @property
    def sign(self) -> int:
        """Of x in body coordinates."""
        return -1 if self is Side.RIGHT else 1


class LungZone(StrEnum):
    """Where in the lungs, as a report would say it."""

    RIGHT_UPPER = "right upper zone"
    RIGHT_MIDDLE = "right middle zone"
    RIGHT_LOWER = "right lower zone"
    LEFT_UPPER = "left upper zone"
    LEFT_MIDDLE = "left middle zone"
    LEFT_LOWER = "left lower zone"

    @property
    def side(self) -> Side:
        """The lung."""
        return Side(self.value.split()[0])


@dataclass(frozen=True, slots=True)
class Thorax:
    """The proportions of one person's chest.

    Attributes
    ----------
    half_width : of the cage at its widest
    apex : y of the lungs' tops
    right_dome, left_dome : y of the diaphragm's highest points
    angle_depth : how much lower than the domes the costophrenic angles lie
    heart_right, heart_left : reach of the heart from the midline
    pedicle : half the width of the upper mediastinum; wide in small children (thymus)
    rib_drop : how much lower a rib's front end lies than its back end; small in small children
    shoulder : y of the shoulders
    has_chin : whether the jaw reaches into the picture, as in small children
    is_adult : finer bones against the size, longer lungs
    """

    half_width: float
    apex: float
    right_dome: float
    left_dome: float
    angle_depth: float
    heart_right: float
    heart_left: float
    pedicle: float
    rib_drop: float
    shoulder: float
    has_chin: bool
    is_adult: bool

    @classmethod
    def draw_from(cls, random: np.random.Generator, *, is_adult: bool) -> Thorax:
        """Draw the proportions of a person by chance."""

        def about(center: float, spread: float) -> float:
            return center + spread * float(random.uniform(-1.0, 1.0))

        if is_adult:
            dome = about(0.735, 0.025)
            return cls(
                half_width=about(0.405, 0.02),
                apex=about(0.085, 0.015),
                right_dome=dome,
                left_dome=dome + about(0.028, 0.01),
                angle_depth=about(0.12, 0.015),
                heart_right=about(0.088, 0.012),
                heart_left=about(0.235, 0.025),
                pedicle=about(0.072, 0.008),
                rib_drop=about(0.27, 0.02),
                shoulder=about(0.05, 0.015),
                has_chin=False,
                is_adult=True,
            )
        dome = about(0.715, 0.035)
        return cls(
            half_width=about(0.475, 0.025),
            apex=about(0.135, 0.02),
            right_dome=dome,
            left_dome=dome + about(0.02, 0.015),
            angle_depth=about(0.085, 0.015),
            heart_right=about(0.12, 0.018),
            heart_left=about(0.265, 0.03),
            pedicle=about(0.105, 0.015),
            rib_drop=about(0.165, 0.025),
            shoulder=about(0.075, 0.02),
            has_chin=bool(random.uniform() < 0.7),
            is_adult=False,
        )

    def cage_half_width(self, y: float) -> float:
        """Half the width of the rib cage's inside at a height."""
        heights = self.apex + np.array([-0.06, 0.0, 0.03, 0.08, 0.16, 0.28, 0.42, 0.56, 0.7, 0.95])
        shares = (
            (0.2, 0.44, 0.585, 0.72, 0.85, 0.945, 0.985, 1.0, 0.995, 0.95)
            if self.is_adult
            else (0.2, 0.38, 0.5, 0.62, 0.755, 0.88, 0.955, 0.99, 1.0, 0.97)
        )
        return self.half_width * float(np.interp(y, heights, shares))

    def lung_outline(self, side: Side) -> Points:
        """Outline one lung, its back part behind heart and mediastinum included."""
        dome = self.right_dome if side is Side.RIGHT else self.left_dome
        angle = dome + self.angle_depth
        apex_x = self.cage_half_width(self.apex) * 0.62
        lateral = [
            (self.cage_half_width(y) * 0.985, y)
            for y in np.linspace(self.apex + 0.035, angle - 0.03, 9)
        ]
        outer = self.cage_half_width(angle) * 0.975
        outline = [
            (0.055, self.apex + 0.075),
            (0.075, self.apex + 0.02),
            (apex_x, self.apex - 0.005),
            *lateral,
            (outer, angle),
            (outer * 0.9, angle - self.angle_depth * 0.42),
            (outer * 0.76, dome + self.angle_depth * 0.14),
            (outer * 0.56, dome - 0.002),
            (outer * 0.36, dome + 0.006),
            (0.07, dome + 0.035),
            (0.03, (self.apex + dome) / 2),
        ]
        return smooth_curve(((side.sign * x, y) for x, y in outline), is_closed=True)

    def mediastinum_outline(self) -> Points:
        """Outline heart and great vessels."""
        top, dome, pedicle = self.apex, self.left_dome, self.pedicle
        right, left = self.heart_right, self.heart_left
        height = dome - top
        points = [
            (-pedicle * 0.75, top - 0.16),
            (-pedicle * 0.8, top),
            (-pedicle * 0.95, top + 0.22 * height),
            (-pedicle * 0.98, top + 0.42 * height),
            (-right * 0.9, top + 0.58 * height),
            (-right, top + 0.75 * height),
            (-right * 0.9, top + 0.93 * height),
            (-right * 0.55, dome + 0.07),
            (left * 0.3, dome + 0.1),
            (left * 0.86, dome + 0.055),
            (left * 1.0, top + 0.93 * height),
            (left * 0.93, top + 0.8 * height),
            (left * 0.72, top + 0.63 * height),
            (left * 0.46, top + 0.49 * height),
            (pedicle * 1.1, top + 0.4 * height),
            (pedicle * 1.12, top + 0.27 * height),
            (pedicle * 0.95, top + 0.15 * height),
            (pedicle * 0.72, top),
            (pedicle * 0.7, top - 0.16),
        ]
        return smooth_curve(points, is_closed=True)

    @property
    def rib_spacing(self) -> float:
        """Distance between two ribs at the spine; a vertebra is as high."""
        return (self.right_dome - self.apex + 0.06) / 9.0

    def rib(self, index: int, side: Side) -> tuple[Points, Points]:
        """Lay out one rib, 1 the uppermost.

        Returns
        -------
        (n, 2) points from the spine to the front end of the bone, and (n,) the angle around the
        body, 0 at the spine, pi / 2 at the side

        Notes
        -----
        A rib lies on a tilted ring around the chest. Its projection is an ellipse: the back part
        runs outwards and a little down, the front part comes back towards the midline lower.
        """
        # The drop of a rib grows downwards, as the true ribs' do; the last ones float.
        drop = self.rib_drop * (0.6 + 0.07 * index)
        start = self.apex - 0.015 + self.rib_spacing * (index - 0.9)
        front = math.pi * (0.8 if index <= 7 else 0.8 - 0.09 * (index - 7))
        angle = np.linspace(0.0, front, 60)
        # The back part rises over the transverse process before it falls.
        hump = 0.015 * np.sin(np.clip(angle / 0.9, 0, 1) * math.pi)
        y = start + drop * (1.0 - np.cos(angle)) / 2.0 - hump
        reach = self.cage_half_width(start + drop * 0.5) + 0.004
        x = 0.03 + (reach - 0.03) * np.sin(angle)
        return np.stack([side.sign * x, y], axis=1), angle

    def rib_strokes(self, side: Side) -> Iterator[tuple[bool, Stroke, Stroke]]:
        """Give the ribs in short pieces.

        Yields
        ------
        whether the piece lies in front, its outer stroke (cortex), and its inner one (marrow) to be
        drawn over it; the levels are the bone that a ray meets, most where it runs along the rib
        """
        bone = 0.02 if self.is_adult else 0.0195
        for index in range(1, _RIBS + 1):
            points, angle = self.rib(index, side)
            for first in range(0, len(points) - 2, 2):
                middle = float(angle[first + 1])
                is_front = middle > math.pi / 2
                along = 1.0 / max(abs(math.cos(middle)), 0.55)
                past_side = max(0.0, middle - math.pi / 2)
                level = min(1.0, 0.5 * along * max(0.3, 1.0 - 0.62 * past_side))
                width = bone * (0.8 if index == 1 else 1.0) * (1.0 + 0.2 * min(past_side, 0.6))
                piece = points[first : first + 4]
                yield (
                    is_front,
                    Stroke(piece, width, level),
                    Stroke(piece, width * 0.55, level * 0.7),
                )

    def vessel_strokes(self, random: np.random.Generator, side: Side) -> list[Stroke]:
        """Grow the vessels of one lung from its hilum."""
        height = self.right_dome - self.apex
        y = self.apex + (0.43 if side is Side.RIGHT else 0.4) * height
        strokes: list[Stroke] = []
        # Directions of the main branches, from steeply up to steeply down; 0 points outwards.
        for main in np.linspace(-1.25, 1.3, 11):
            heading = float(main) + float(random.normal(0.0, 0.12))
            start = np.array(
                [
                    side.sign * (self.pedicle * 0.9 + 0.022 * float(random.uniform())),
                    y + 0.045 * float(main) + 0.02 * float(random.normal()),
                ]
            )
            width = (0.009 if main < 0 else 0.0115) * float(random.uniform(0.7, 1.15))
            self._grow(
                random=random, side=side, strokes=strokes, start=start, heading=heading, width=width
            )
        return strokes

    def _grow(
        self,
        *,
        random: np.random.Generator,
        side: Side,
        strokes: list[Stroke],
        start: Points,
        heading: float,
        width: float,
    ) -> None:
        position = start
        while width > 0.0013:
            length = float(random.uniform(0.022, 0.05))
            turns = random.normal(0.0, 0.2, 3)
            points = [position]
            for turn in turns:
                heading += float(turn)
                step = np.array([side.sign * math.cos(heading), math.sin(heading)]) * length / 3
                position = position + step
                points.append(position)
            strokes.append(Stroke(np.asarray(points), width, min(1.0, 0.25 + width / 0.014)))
            width *= float(random.uniform(0.74, 0.9))
            if random.uniform() < 0.7:
                turn = float(random.uniform(0.3, 0.75)) * float(random.choice([-1, 1]))
                self._grow(
                    random=random,
                    side=side,
                    strokes=strokes,
                    start=position,
                    heading=heading + turn,
                    width=width * 0.68,
                )

    def zone_center(self, zone: LungZone) -> tuple[float, float]:
        """Give a point well inside a lung zone.

        Returns
        -------
        x, y in body coordinates
        """
        dome = self.right_dome if zone.side is Side.RIGHT else self.left_dome
        share = {"upper": 0.26, "middle": 0.55, "lower": 0.82}[zone.value.split()[1]]
        y = self.apex + share * (dome - self.apex)
        inner = self.pedicle
        if share > 0.5:
            inner = self.heart_right if zone.side is Side.RIGHT else self.heart_left * 0.85
        return zone.side.sign * (inner + self.cage_half_width(y)) / 2, y
