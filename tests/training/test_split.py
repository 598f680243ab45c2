import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from training.data.case import Case, Label, Part
from training.data.manifest import read_manifest
from training.data.split import hash_files, prove_disjoint, split_by_patient, write_split
from training.errors import ManifestError


def made_cases(patients: int, images_each: int = 3) -> tuple[list[Case], dict[Path, str]]:
    cases = [
        Case(Path(f"{label}/{patient}_{image}"), "", label, f"{label}{patient}")
        for label in Label
        for patient in range(patients)
        for image in range(images_each)
    ]
    return cases, {case.path: str(case.path) for case in cases}


def parts_of_patients(cases: tuple[Case, ...]) -> dict[str, set[Part | None]]:
    parts = defaultdict(set)
    for case in cases:
        parts[case.patient].add(case.part)
    return parts


def test_real_file_names_are_split_by_patient(shared_folder: Path) -> None:
    folder = shared_folder / "data" / "kermany_train_224"
    cases = read_manifest(folder)
    hashes = hash_files(case.path for case in cases)
    divided = split_by_patient(cases, hashes, seed=2025)
    assert all(len(parts) == 1 for parts in parts_of_patients(divided).values())
    proof = prove_disjoint(divided, hashes)
    assert set(proof.shared_patients.values()) == set(proof.shared_contents.values()) == {0}
    patients = sum(proof.patients.values())
    assert proof.patients[Part.HOLDOUT] == pytest.approx(0.20 * patients, abs=2)
    assert proof.patients[Part.VALIDATION] == pytest.approx(0.15 * patients, abs=2)
    assert sum(sum(part.values()) for part in proof.images.values()) == len(cases) == 5216


def test_each_label_has_its_share_in_each_part() -> None:
    cases, hashes = made_cases(40)
    divided = split_by_patient(cases, hashes, seed=1)
    for label in Label:
        patients = {
            part: {case.patient for case in divided if case.part is part and case.label is label}
            for part in Part
        }
        assert {part: len(found) for part, found in patients.items()} == {
            Part.TRAIN: 26,
            Part.VALIDATION: 6,
            Part.HOLDOUT: 8,
        }


def test_equal_seeds_give_equal_splits_and_others_do_not() -> None:
    cases, hashes = made_cases(20)
    first = split_by_patient(cases, hashes, seed=1)
    assert split_by_patient(list(cases), hashes, seed=1) == first
    assert split_by_patient(cases, hashes, seed=2) != first


def test_the_order_of_the_cases_changes_no_part() -> None:
    cases, hashes = made_cases(20)
    forwards = parts_of_patients(split_by_patient(cases, hashes, seed=1))
    backwards = parts_of_patients(split_by_patient(cases[::-1], hashes, seed=1))
    assert forwards == backwards


def test_patients_who_share_a_files_content_stay_together() -> None:
    cases, hashes = made_cases(30, images_each=1)
    chain = [case.path for case in cases[:12]]
    for path in chain:
        hashes[path] = "copy"
    for seed in range(5):
        divided = split_by_patient(cases, hashes, seed=seed)
        assert len({case.part for case in divided[:12]}) == 1
        prove_disjoint(divided, hashes)


def test_too_few_patients_are_refused() -> None:
    cases, hashes = made_cases(2)
    with pytest.raises(ManifestError, match="only 2 patients with the label NORMAL"):
        split_by_patient(cases, hashes, seed=1)


@pytest.mark.parametrize("shares", [(0.0, 0.1), (0.5, 0.5), (1.2, 0.1)])
def test_impossible_shares_are_refused(shares: tuple[float, float]) -> None:
    cases, hashes = made_cases(5)
    with pytest.raises(ValueError, match="expected shares"):
        split_by_patient(cases, hashes, seed=1, holdout=shares[0], validation=shares[1])


def test_a_patient_in_two_parts_is_found() -> None:
    cases, hashes = made_cases(20)
    divided = list(split_by_patient(cases, hashes, seed=1))
    index = next(i for i, case in enumerate(divided) if case.part is Part.TRAIN)
    divided[index] = replace(divided[index], part=Part.HOLDOUT)
    with pytest.raises(ManifestError, match="1 patients stand in both train and holdout"):
        prove_disjoint(divided, hashes)


def test_a_content_in_two_parts_is_found() -> None:
    cases, hashes = made_cases(20)
    divided = split_by_patient(cases, hashes, seed=1)
    for part in (Part.TRAIN, Part.VALIDATION):
        hashes[next(case.path for case in divided if case.part is part)] = "copy"
    with pytest.raises(ManifestError, match="1 file contents stand in both train and validation"):
        prove_disjoint(divided, hashes)


def test_a_case_without_a_part_is_found() -> None:
    cases, hashes = made_cases(20)
    with pytest.raises(ManifestError, match="has no part"):
        prove_disjoint(cases, hashes)


def test_a_written_split_reads_back_as_it_was(made_images: Path, tmp_path: Path) -> None:
    cases = read_manifest(made_images)
    hashes = hash_files(case.path for case in cases)
    divided = split_by_patient(cases, hashes, seed=3)
    write_split(divided, hashes, tmp_path / "split.csv", seed=3)
    found = read_manifest(tmp_path / "split.csv")
    assert [(case.path.resolve(), case.label, case.patient, case.part) for case in found] == [
        (case.path.resolve(), case.label, case.patient, case.part) for case in divided
    ]
    proof = json.loads((tmp_path / "split.proof.json").read_text())
    assert proof["seed"] == 3
    assert proof["shared_patients"] == {
        "train & validation": 0,
        "train & holdout": 0,
        "validation & holdout": 0,
    }
