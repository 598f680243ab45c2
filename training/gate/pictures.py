"""The pictures that a gate is fitted and measured on: chests, spoiled ones, drawn and real others.

Everything drawn by chance hangs on the picture's kind, part and number alone, so that a repetition
gives the same pictures.
"""

from __future__ import annotations

import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from training.data.case import Part
from training.data.images import read_grey
from training.errors import ManifestError
from training.evaluation.alterations import ALTERATIONS, MILD
from training.gate.altered import SPOILED, alter_acceptably
from training.gate.drawn import DRAWN
from triage_app.errors import InstanceError
from triage_app.imaging.preprocessing import to_model_input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.case import Case
    from triage_app.imaging.preprocessing import PreprocessingSpec

    FloatImage = NDArray[np.float32]

__all__ = ["ALTERED", "FRONTAL", "PLAIN", "Amounts", "Batch", "chest_batches", "other_batches"]

_log = logging.getLogger(__name__)

_Item = TypeVar("_Item")

ALTERED: Final = "altered"
PLAIN: Final = "plain"

FRONTAL: Final = "frontal"
"""Sub-folder whose pictures are chest images all the same, of another source than the populations:
as frontal projections through CT, beside lateral ones."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many pictures at most.

    Attributes
    ----------
    chests : of a population, as they are, and as many altered, in each part
    spoiled : chests of a population, spoiled in each way, to fit on; a half of it to measure
    others : of a kind, drawn or found in a folder, to fit on; a half of it to measure
    """

    chests: int = 1500
    spoiled: int = 100
    others: int = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures of one kind for one purpose.

    Attributes
    ----------
    kind : population of chests, or kind of others
    how : "plain" or "altered" for chests; empty for others
    part : what they are for
    images : (n, rows, columns, 1) uint8
    patients : of each picture; its own number where it is nobody's
    """

    kind: str
    how: str
    part: Part
    images: NDArray[np.uint8]
    patients: tuple[str, ...]


def chest_batches(
    populations: Mapping[str, Sequence[Case]], spec: PreprocessingSpec, amounts: Amounts
) -> Iterator[Batch]:
    """Give chest images of each population and part, as they are and altered.

    Parameters
    ----------
    populations : cases with parts, by population
    spec : of the network
    amounts : most of each

    Notes
    -----
    To fit, images are altered by chance (`alter_acceptably`); for the limits in the ways of `MILD`;
    for the figures in all ways of `ALTERATIONS`, which the fit does not know.
    """
    for population, cases in populations.items():
        for part in Part:
            inside = [case for case in cases if case.part is part]
            plain = _choose(inside, amounts.chests, f"{population} {part}")
            altered = _choose(inside, amounts.chests, f"{population} {part} altered")
            yield _read(population, PLAIN, part, plain, spec, None)
            yield _read(population, ALTERED, part, altered, spec, _alteration_for(part))


def other_batches(
    populations: Mapping[str, Sequence[Case]],
    folder: Path | None,
    spec: PreprocessingSpec,
    amounts: Amounts,
) -> Iterator[Batch]:
    """Give what is no frontal chest image, by kind, to fit on and to measure.

    Parameters
    ----------
    populations : cases with parts, by population; spoiled, those of the part train are fitted on,
        those of the part holdout measured
    folder : of pictures or DICOM files, a sub-folder for each kind; every other file is fitted on
    spec : of the network
    amounts : most of each
    """
    for part, share in ((Part.TRAIN, 1.0), (Part.HOLDOUT, 0.5)):
        for kind, spoil in SPOILED.items():
            batches = [
                _read(
                    kind,
                    "",
                    part,
                    _choose(
                        [case for case in cases if case.part is part],
                        int(amounts.spoiled * share),
                        f"{kind} {population}",
                    ),
                    spec,
                    lambda grey, generator, _, spoil=spoil: spoil(grey, generator),  # type: ignore[misc]
                )
                for population, cases in populations.items()
            ]
            yield Batch(
                kind,
                "",
                part,
                np.concatenate([batch.images for batch in batches]),
                tuple(patient for batch in batches for patient in batch.patients),
            )
        for kind, draw in DRAWN.items():
            numbers = range(int(amounts.others * share))
            pictures = [draw(_generator(f"{kind} {part}", number)) for number in numbers]
            yield Batch(kind, "", part, _stack(pictures, spec), tuple(map(str, numbers)))
    if folder is not None:
        yield from _found_batches(folder, spec, amounts)


def _found_batches(folder: Path, spec: PreprocessingSpec, amounts: Amounts) -> Iterator[Batch]:
    kinds = sorted(path for path in folder.iterdir() if path.is_dir())
    if not kinds:
        raise ManifestError(
            f"{folder}: has no sub-folder; put pictures that are no frontal chest image into "
            "sub-folders by kind, such as lateral, hand, photograph."
        )
    for kind in kinds:
        files = sorted(path for path in kind.rglob("*") if path.is_file())
        for part, chosen, count in (
            (Part.TRAIN, files[1::2], amounts.others),
            (Part.HOLDOUT, files[::2], amounts.others // 2),
        ):
            pictures = [
                (path, grey)
                for path in _choose(chosen, count, f"{kind.name} {part}")
                if (grey := _read_or_none(path)) is not None
            ]
            if pictures:
                yield Batch(
                    kind.name,
                    "",
                    part,
                    _stack([grey for _, grey in pictures], spec),
                    tuple(path.name for path, _ in pictures),
                )


def _read_or_none(path: Path) -> FloatImage | None:
    try:
        return read_grey(path)
    except InstanceError as error:
        _log.warning("%s Left out.", error)
        return None


def _alteration_for(
    part: Part,
) -> Callable[[FloatImage, np.random.Generator, int], FloatImage]:
    if part is Part.TRAIN:
        return lambda grey, generator, _: alter_acceptably(grey, generator)
    names = MILD if part is Part.VALIDATION else tuple(ALTERATIONS)
    return lambda grey, _, number: ALTERATIONS[names[number % len(names)]](grey)


def _read(
    kind: str,
    how: str,
    part: Part,
    cases: Sequence[Case],
    spec: PreprocessingSpec,
    alter: Callable[[FloatImage, np.random.Generator, int], FloatImage] | None,
) -> Batch:
    def read(number: int) -> NDArray[np.uint8]:
        case = cases[number]
        try:
            grey = read_grey(case.path)
        except InstanceError as error:
            raise ManifestError(f"{case.place}: {error} Repair or remove it.") from error
        if alter is not None:
            grey = alter(grey, _generator(f"{kind} {how} {part}", number), number)
        return _to_input(grey, spec)

    with ThreadPoolExecutor() as pool:
        images = list(pool.map(read, range(len(cases))))
    shape = (0, spec.rows, spec.columns, 1)
    return Batch(
        kind,
        how,
        part,
        np.stack(images) if images else np.zeros(shape, np.uint8),
        tuple(case.patient for case in cases),
    )


def _stack(pictures: Sequence[FloatImage], spec: PreprocessingSpec) -> NDArray[np.uint8]:
    return np.stack([_to_input(picture, spec) for picture in pictures])


def _to_input(grey: FloatImage, spec: PreprocessingSpec) -> NDArray[np.uint8]:
    return np.rint(to_model_input(grey, spec)).astype(np.uint8)


def _choose(items: Sequence[_Item], count: int, of: str) -> list[_Item]:
    """Choose at most `count` items, always the same, in their order."""
    if len(items) <= count:
        return list(items)
    chosen = _generator(of, 0).permutation(len(items))[:count]
    return [items[index] for index in sorted(chosen)]


def _generator(of: str, number: int) -> np.random.Generator:
    return np.random.default_rng([zlib.crc32(of.encode()), number])
