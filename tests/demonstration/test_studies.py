"""The demonstration studies are what they say, and of every kind."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from triage_app.demonstration.studies import (
    DemonstrationImage,
    DemonstrationStudy,
    count_images,
    demonstration_paths,
    write_demonstration_studies,
)
from triage_app.errors import NotDicomError, TruncatedError
from triage_app.imaging.encoding import WRITABLE_TRANSFER_SYNTAXES
from triage_app.imaging.header import read_instance
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import LookupTable, Rescale, VoiFunction, Window, read_transforms


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demonstration") / "studies"


@pytest.fixture(scope="module")
def studies(folder: Path) -> list[DemonstrationStudy]:
    return list(write_demonstration_studies(folder, seed=7, rows=192))


@pytest.fixture(scope="module")
def images(studies: list[DemonstrationStudy]) -> list[DemonstrationImage]:
    return [image for study in studies for image in study.images]


@pytest.fixture(scope="module")
def headers(images: list[DemonstrationImage]) -> list[pydicom.Dataset]:
    return [
        pydicom.dcmread(image.path, stop_before_pixels=True)
        for image in images
        if image.expected_reason != "not_dicom"
    ]


class TestFiles:
    def test_every_announced_file_is_there_and_no_other(
        self, folder: Path, images: list[DemonstrationImage]
    ) -> None:
        there = {path for path in folder.rglob("*") if path.is_file()}
        assert there == {image.path for image in images} == set(demonstration_paths(folder))
        assert len(images) == count_images()

    def test_again_gives_the_same_bytes_over_the_old_ones(
        self, folder: Path, images: list[DemonstrationImage]
    ) -> None:
        before = {image.path: image.path.read_bytes() for image in images}
        for study in write_demonstration_studies(folder, seed=7, rows=192):
            for image in study.images:
                assert image.path.read_bytes() == before[image.path], image.path

    def test_another_seed_draws_others(
        self, images: list[DemonstrationImage], tmp_path: Path
    ) -> None:
        other = next(iter(write_demonstration_studies(tmp_path, seed=8, rows=192))).images[0]
        first = pydicom.dcmread(images[0].path)
        second = pydicom.dcmread(other.path)
        assert first.StudyInstanceUID != second.StudyInstanceUID
        assert first.PixelData != second.PixelData

    def test_too_few_rows_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="at least 192"):
            next(iter(write_demonstration_studies(tmp_path, rows=191)))

    def test_uids_are_never_shared(
        self, studies: list[DemonstrationStudy], headers: list[pydicom.Dataset]
    ) -> None:
        instances = [header.SOPInstanceUID for header in headers]
        assert len(set(instances)) == len(instances)
        uids = [study.study_instance_uid for study in studies if study.study_instance_uid]
        assert len(set(uids)) == len(uids)
        assert {header.StudyInstanceUID for header in headers} == set(uids)


class TestVariety:
    def test_every_transfer_syntax(self, headers: list[pydicom.Dataset]) -> None:
        assert {header.file_meta.TransferSyntaxUID for header in headers} == set(
            WRITABLE_TRANSFER_SYNTAXES
        )

    def test_both_photometric_interpretations_and_many_depths(
        self, headers: list[pydicom.Dataset]
    ) -> None:
        assert {h.PhotometricInterpretation for h in headers} == {"MONOCHROME1", "MONOCHROME2"}
        assert {h.BitsStored for h in headers} >= {8, 10, 12, 14, 15, 16}
        assert {h.PixelRepresentation for h in headers} == {0, 1}
        assert {h.Modality for h in headers} == {"CR", "DX", "MR"}

    def test_every_kind_of_grey(self, headers: list[pydicom.Dataset]) -> None:
        transforms = [read_transforms(header) for header in headers]
        first = [t.voi[0] if t.voi else None for t in transforms]
        functions = {voi.function for voi in first if isinstance(voi, Window)}
        assert functions == set(VoiFunction)
        assert None in first
        assert any(isinstance(voi, LookupTable) for voi in first)
        assert any(isinstance(t.modality, LookupTable) for t in transforms)
        assert any(isinstance(t.modality, Rescale) and t.modality != Rescale() for t in transforms)
        assert any(len(t.voi) > 1 for t in transforms)
        assert any(t.padding for t in transforms)

    def test_several_patients_days_ages_and_character_sets(
        self, headers: list[pydicom.Dataset]
    ) -> None:
        assert len({h.PatientID for h in headers}) >= 12
        assert len({h.StudyDate for h in headers}) >= 5
        assert {h.SpecificCharacterSet for h in headers} == {"ISO_IR 192", "ISO_IR 100"}
        ages = {h.PatientID: int(h.PatientAge[:3]) for h in headers}
        assert sum(1 <= age <= 5 for age in ages.values()) >= 10
        assert sum(age >= 18 for age in ages.values()) == 1

    def test_names_have_their_scripts(self, headers: list[pydicom.Dataset]) -> None:
        names = {str(header.PatientName) for header in headers}
        assert "Mihon^Hanako=見本^花子=みほん^はなこ" in names
        assert "Übungsfall^Jürgen" in names

    def test_birth_dates_agree_with_ages(self, headers: list[pydicom.Dataset]) -> None:
        for header in headers:
            born, seen = header.PatientBirthDate, header.StudyDate
            years = int(seen[:4]) - int(born[:4]) - (seen[4:] < born[4:])
            assert f"{years:03d}Y" == header.PatientAge
        born_once = {(header.PatientID, header.PatientBirthDate) for header in headers}
        assert len(born_once) == len({header.PatientID for header in headers})

    def test_a_follow_up_shows_the_same_patient_later(self, headers: list[pydicom.Dataset]) -> None:
        dates: dict[str, set[str]] = {}
        for header in headers:
            dates.setdefault(header.PatientID, set()).add(header.StudyDate)
        assert max(len(found) for found in dates.values()) == 2


class TestContent:
    def test_drawn_opacities_have_boxes_inside_the_image(
        self, images: list[DemonstrationImage]
    ) -> None:
        boxes = [
            (box, pydicom.dcmread(image.path, stop_before_pixels=True))
            for image in images
            for box in image.opacity_boxes
        ]
        assert len(boxes) >= 7
        for box, header in boxes:
            assert 0 <= box.row < box.row + box.rows <= header.Rows
            assert 0 <= box.column < box.column + box.columns <= header.Columns

    def test_each_chest_is_shown_the_right_way_round(
        self, images: list[DemonstrationImage]
    ) -> None:
        for image in images:
            if image.expected_status != "scored":
                continue
            shown = render_instance(read_instance(FileSource(image.path)))
            rows, columns = shown.shape
            spine = shown[rows // 2 : -20, columns // 2 - 5 : columns // 2 + 5].mean()
            air = np.percentile(shown, 2)
            assert air < 25
            assert spine > 130, image.path

    def test_bad_files_are_bad_as_announced(self, images: list[DemonstrationImage]) -> None:
        by_reason = {image.expected_reason: image for image in images if image.expected_reason}
        assert set(by_reason) == {
            "view_position",
            "body_part",
            "sop_class",
            "truncated",
            "not_dicom",
        }
        with pytest.raises(NotDicomError):
            read_instance(FileSource(by_reason["not_dicom"].path))
        with pytest.raises(TruncatedError):
            render_instance(read_instance(FileSource(by_reason["truncated"].path)))

    @pytest.mark.peer
    def test_the_validator_finds_no_fault(self, images: list[DemonstrationImage]) -> None:
        validator = shutil.which("dciodvfy")
        if not validator:
            pytest.skip("dciodvfy is not installed (Debian: dicom3tools)")
        for image in images:
            if image.expected_reason in {"truncated", "not_dicom"}:
                continue
            header = pydicom.dcmread(image.path, stop_before_pixels=True)
            if header.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian:
                continue  # dicom3tools does not inflate
            done = subprocess.run(  # noqa: S603 - a fixed program on our own file
                [validator, str(image.path)], capture_output=True, text=True, check=False
            )
            lines = (done.stdout + done.stderr).splitlines()
            assert [line for line in lines if "Error" in line or "Warning" in line] == []
