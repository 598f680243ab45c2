"""Division of the images by patient: train, validation, hold-out."""

from __future__ import annotations

import csv
import hashlib
import json
import logging
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from training.data.case import Case, Label, Part
from training.data.manifest_table import TABLE_COLUMNS, case_row
from training.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

__all__ = ["SplitProof", "hash_files", "prove_disjoint", "split_by_patient", "write_split"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SplitProof:
    """That no patient and no file content stands in two parts; kept beside the split.

    Attributes
    ----------
    images, patients : per part; `images` per label in it
    shared_patients, shared_contents : per pair of parts, how many stand in both: all are 0
    """

    images: dict[str, dict[str, int]]
    patients: dict[str, int]
    shared_patients: dict[str, int]
    shared_contents: dict[str, int]


def hash_files(
    paths: Iterable[Path], progress: Callable[[int], None] | None = None
) -> dict[Path, str]:
    """Hexadecimal SHA-256 of each file's bytes.

    Raises
    ------
    ManifestError
        where a file cannot be read
    """
    hashes: dict[Path, str] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                hashes[path] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ManifestError(
                f"{path}: cannot be read ({error.strerror or error}); check that you may read it."
            ) from error
        if progress is not None:
            progress(1)
    return hashes


def split_by_patient(
    cases: Sequence[Case],
    hashes: dict[Path, str],
    *,
    seed: int,
    holdout: float = 0.20,
    validation: float = 0.15,
) -> tuple[Case, ...]:
    """Give every case a part, all images of a patient the same one.

    Parameters
    ----------
    cases : in any order
    hashes : SHA-256 of each case's file; patients who share a file's content are kept together
    seed : equal seed and equal cases give an equal split
    holdout, validation : shares of the patients, the rest trains; held within each label

    Returns
    -------
    the cases in their order, each with its part

    Raises
    ------
    ValueError
        where the shares are not above 0 or leave nothing to train on
    ManifestError
        where a label has too few patients for three parts
    """
    if not (0 < holdout < 1 and 0 < validation < 1 and holdout + validation < 1):
        raise ValueError(
            f"expected shares above 0 whose sum is below 1, received {holdout} and {validation}"
        )
    group_of = _group_patients(cases, hashes)
    has_pneumonia: dict[str, bool] = defaultdict(bool)
    for case in cases:
        has_pneumonia[group_of[case.patient]] |= case.is_pneumonia
    generator = np.random.default_rng(seed)
    part_of: dict[str, Part] = {}
    for label in Label:
        groups = sorted(
            group for group, is_ill in has_pneumonia.items() if is_ill == (label is Label.PNEUMONIA)
        )
        counts = [max(1, round(share * len(groups))) for share in (holdout, validation)]
        if len(groups) <= sum(counts):
            raise ManifestError(
                f"only {len(groups)} patients with the label {label}; at least 3 are needed to "
                "train, to validate and to hold out."
            )
        order = generator.permutation(len(groups))
        for rank, index in enumerate(order):
            part_of[groups[index]] = (
                Part.HOLDOUT
                if rank < counts[0]
                else Part.VALIDATION
                if rank < sum(counts)
                else Part.TRAIN
            )
    return tuple(replace(case, part=part_of[group_of[case.patient]]) for case in cases)


def prove_disjoint(
    cases: Sequence[Case], hashes: dict[Path, str], parts: Sequence[Part] = tuple(Part)
) -> SplitProof:
    """Count the parts and show that they share nothing.

    Parameters
    ----------
    cases : with parts
    hashes : SHA-256 of each case's file
    parts : that must be there

    Raises
    ------
    ManifestError
        where a case has no part, a part lacks a label, or a patient or a file content stands in
        two parts
    """
    images: dict[str, Counter[str]] = {part: Counter() for part in Part}
    patients: dict[str, set[str]] = {part: set() for part in Part}
    contents: dict[str, set[str]] = {part: set() for part in Part}
    for case in cases:
        if case.part is None:
            raise ManifestError(
                f"{case.place}: has no part; fill the column 'part' in every line, or leave it out."
            )
        images[case.part][case.label] += 1
        patients[case.part].add(case.patient)
        contents[case.part].add(hashes[case.path])
    for part in parts:
        for label in Label:
            if not images[part][label]:
                raise ManifestError(f"the part {part} has no image with the label {label}.")
    pairs = list(combinations(Part, 2))
    for first, second in pairs:
        for what, sets in (("patients", patients), ("file contents", contents)):
            if shared := len(sets[first] & sets[second]):
                raise ManifestError(
                    f"{shared} {what} stand in both {first} and {second}; a split must keep every "
                    "patient in one part. Make a new one with 'triage-train split'."
                )
    return SplitProof(
        images={part: dict(images[part]) for part in Part},
        patients={part: len(patients[part]) for part in Part},
        shared_patients={f"{a} & {b}": len(patients[a] & patients[b]) for a, b in pairs},
        shared_contents={f"{a} & {b}": len(contents[a] & contents[b]) for a, b in pairs},
    )


def write_split(
    cases: Sequence[Case],
    hashes: dict[Path, str],
    table: Path,
    *,
    seed: int | None,
    parts: Sequence[Part] = tuple(Part),
) -> SplitProof:
    """Write a split as a table, and its proof beside it as ``<name>.proof.json``.

    Parameters
    ----------
    cases : with parts
    hashes : SHA-256 of each case's file
    table : to be written; its paths are absolute, so that it can be read from any folder
    seed : that the split was drawn with; None where the user's table brought the parts
    parts : that must be there
    """
    proof = prove_disjoint(cases, hashes, parts)
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=[*TABLE_COLUMNS, "sha256"], lineterminator="\n")
        writer.writeheader()
        for case in cases:
            absolute = replace(case, name=str(case.path.resolve()))
            for box in case.boxes or (None,):
                writer.writerow(case_row(absolute, box) | {"sha256": hashes[case.path]})
    table.with_suffix(".proof.json").write_text(
        json.dumps({"seed": seed, **asdict(proof)}, indent=2) + "\n", encoding="utf-8"
    )
    return proof


def _group_patients(cases: Sequence[Case], hashes: dict[Path, str]) -> dict[str, str]:
    """Join patients who share a file's content: the copy would else stand in two parts."""
    parent = {case.patient: case.patient for case in cases}

    def root(patient: str) -> str:
        while parent[patient] != patient:
            parent[patient] = parent[parent[patient]]
            patient = parent[patient]
        return patient

    first_with: dict[str, Case] = {}
    contradictions = 0
    for case in cases:
        first = first_with.setdefault(hashes[case.path], case)
        contradictions += first.label is not case.label
        a, b = sorted((root(first.patient), root(case.patient)))
        parent[b] = a
    if contradictions:
        _log.warning(
            "%d files have the content of another file and a different label; correct one of each.",
            contradictions,
        )
    return {patient: root(patient) for patient in parent}
