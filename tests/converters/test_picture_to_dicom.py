"""A picture becomes a valid DICOM file that is shown as exactly the picture's grey."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from converters.cli import main as export_main
from converters.picture_to_dicom import main, plan_targets
from triage_app.imaging.header import read_instance
from triage_app.imaging.pictures import read_picture
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource


def grey_ramp(rows: int = 48, columns: int = 67) -> np.ndarray:
    return np.linspace(0, 255, rows * columns).reshape(rows, columns).astype(np.uint8)


def save(path: Path, values: np.ndarray, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path, **options)
    return path


def rendered(path: Path) -> np.ndarray:
    return render_instance(read_instance(FileSource(path)))


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """One picture of each kind that people bring."""
    grey = grey_ramp()
    colour = np.stack([grey, grey[::-1], 255 - grey], axis=-1)
    folder = tmp_path / "pictures"
    return {
        "png": save(folder / "grey.png", grey),
        "16 bit": save(
            folder / "deep.png", np.arange(48 * 67, dtype=np.uint16).reshape(48, 67) * 20
        ),
        "jpeg": save(folder / "lossy.jpeg", grey, quality=80),
        "colour": save(folder / "colour.png", colour),
        "palette": save(folder / "palette.png", grey // 16),
        "bright only": save(folder / "bright.png", grey // 2 + 100),
        "one value": save(folder / "flat.png", np.full((33, 35), 7, np.uint8)),
        "rotated": save(folder / "phone.jpg", grey, exif=_turned()),
    }


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees to look at it
    return exif


class TestGrey:
    @pytest.mark.parametrize(
        "kind",
        ["png", "16 bit", "jpeg", "colour", "palette", "bright only", "one value", "rotated"],
    )
    def test_rendering_gives_back_the_picture(
        self, pictures: dict[str, Path], tmp_path: Path, kind: str
    ) -> None:
        picture = pictures[kind]
        assert main([str(picture), "--output", str(tmp_path / "out")]) == 0
        grey = read_picture(picture)
        shown = rendered(tmp_path / "out" / f"{picture.stem}.dcm")
        assert shown.shape == grey.shape
        assert np.abs(shown - grey).max() < 0.01

    def test_real_radiographs_come_through_unchanged(
        self, shared_folder: Path, tmp_path: Path
    ) -> None:
        folder = shared_folder / "data" / "kermany_full_size" / "NORMAL"
        if not folder.is_dir():
            pytest.skip("shared/data/kermany_full_size is not there")
        chosen = sorted(folder.iterdir())[:3]
        assert main([*map(str, chosen), "--output", str(tmp_path)]) == 0
        for picture in chosen:
            shown = rendered(tmp_path / f"{picture.stem}.dcm")
            assert np.abs(shown - read_picture(picture)).max() < 0.01

    def test_sixteen_bits_are_kept(self, pictures: dict[str, Path], tmp_path: Path) -> None:
        main([str(pictures["16 bit"]), "--output", str(tmp_path)])
        header = pydicom.dcmread(tmp_path / "deep.dcm")
        assert header.BitsStored == 16
        np.testing.assert_array_equal(
            header.pixel_array, np.asarray(Image.open(pictures["16 bit"]))
        )


class TestHeader:
    def test_says_what_it_is(self, pictures: dict[str, Path], tmp_path: Path) -> None:
        main([str(pictures["jpeg"]), "--output", str(tmp_path)])
        header = pydicom.dcmread(tmp_path / "lossy.dcm")
        assert header.SOPClassUID == ComputedRadiographyImageStorage
        assert header.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert list(header.ImageType) == ["DERIVED", "SECONDARY"]
        assert header.DerivationDescription == "Converted from a JPEG picture"
        assert header.BodyPartExamined == "CHEST"
        assert header.PatientID == "lossy"

    def test_a_jpeg_is_marked_lossy(self, pictures: dict[str, Path], tmp_path: Path) -> None:
        main([str(pictures["jpeg"]), "--output", str(tmp_path)])
        header = pydicom.dcmread(tmp_path / "lossy.dcm")
        assert header.LossyImageCompression == "01"
        assert header.LossyImageCompressionMethod == "ISO_10918_1"
        size = pictures["jpeg"].stat().st_size
        assert header.LossyImageCompressionRatio == pytest.approx(48 * 67 / size, abs=0.01)

    def test_the_content_and_not_the_ending_says_what_is_a_jpeg(self, tmp_path: Path) -> None:
        save(tmp_path / "in" / "a.jpg", grey_ramp(), quality=70).rename(tmp_path / "in" / "a.png")
        main([str(tmp_path / "in"), "--output", str(tmp_path / "out")])
        assert pydicom.dcmread(tmp_path / "out" / "a.dcm").LossyImageCompression == "01"

    def test_a_png_promises_nothing_of_its_past(
        self, pictures: dict[str, Path], tmp_path: Path
    ) -> None:
        main([str(pictures["png"]), "--output", str(tmp_path)])
        assert "LossyImageCompression" not in pydicom.dcmread(tmp_path / "grey.dcm")

    def test_nothing_is_invented(self, pictures: dict[str, Path], tmp_path: Path) -> None:
        main([str(pictures["png"]), "--output", str(tmp_path)])
        header = pydicom.dcmread(tmp_path / "grey.dcm")
        for keyword in (
            "PatientName",
            "PatientBirthDate",
            "PatientSex",
            "StudyDate",
            "ViewPosition",
        ):
            assert not header[keyword].value
        for keyword in ("PatientAge", "BurnedInAnnotation"):
            assert keyword not in header

    def test_what_the_user_knows_is_written(
        self, pictures: dict[str, Path], tmp_path: Path
    ) -> None:
        words = ["--patient-id", "P 7", "--patient-age", "003Y", "--sex", "F", "--view", "AP"]
        words += ["--body-part", "HAND", "--study-description", "Röntgen"]
        main([str(pictures["png"]), "--output", str(tmp_path), *words])
        header = pydicom.dcmread(tmp_path / "grey.dcm")
        assert header.PatientID == "P 7"
        assert header.PatientAge == "003Y"
        assert header.PatientSex == "F"
        assert header.ViewPosition == "AP"
        assert header.BodyPartExamined == "HAND"
        assert header.StudyDescription == "Röntgen"

    def test_a_name_that_is_no_patient_id_is_made_one(self, tmp_path: Path) -> None:
        save(tmp_path / "in" / f"{'x' * 90}.png", grey_ramp())
        main([str(tmp_path / "in"), "--output", str(tmp_path / "out")])
        header = pydicom.dcmread(next((tmp_path / "out").iterdir()))
        assert len(header.PatientID) <= 64
        assert header.PatientID.startswith("xxx")

    def test_again_gives_the_same_file_and_other_facts_another_instance(
        self, pictures: dict[str, Path], tmp_path: Path
    ) -> None:
        picture = str(pictures["png"])
        main([picture, "--output", str(tmp_path / "a")])
        main([picture, "--output", str(tmp_path / "b")])
        main([picture, "--output", str(tmp_path / "c"), "--sex", "M"])
        files = [tmp_path / name / "grey.dcm" for name in "abc"]
        assert files[0].read_bytes() == files[1].read_bytes()
        uids = {pydicom.dcmread(file).SOPInstanceUID for file in files}
        assert len(uids) == 2

    def test_equal_pictures_of_two_names_are_two_instances(self, tmp_path: Path) -> None:
        for name in ("one.png", "two.png"):
            save(tmp_path / "in" / name, grey_ramp())
        main([str(tmp_path / "in"), "--output", str(tmp_path / "out")])
        uids = {
            pydicom.dcmread(tmp_path / "out" / name).SOPInstanceUID
            for name in ("one.dcm", "two.dcm")
        }
        assert len(uids) == 2

    @pytest.mark.peer
    @pytest.mark.parametrize("kind", ["png", "16 bit", "jpeg", "colour", "one value"])
    @pytest.mark.parametrize("words", [[], ["--view", "PA", "--patient-age", "003Y"]])
    def test_the_validator_finds_no_error(
        self, pictures: dict[str, Path], tmp_path: Path, kind: str, words: list[str]
    ) -> None:
        validator = shutil.which("dciodvfy")
        if not validator:
            pytest.skip("dciodvfy is not installed (Debian: dicom3tools)")
        main([str(pictures[kind]), "--output", str(tmp_path), *words])
        done = subprocess.run(  # noqa: S603 - a fixed program on our own file
            [validator, str(tmp_path / f"{pictures[kind].stem}.dcm")],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = (done.stdout + done.stderr).splitlines()
        # Without a study date no DICOMDIR can be built; that is all it remarks.
        assert [line for line in lines if "DICOMDIR" not in line] == ["CRImage"]


class TestPlaces:
    def test_sub_folders_stay_as_they_are(self, tmp_path: Path) -> None:
        for place in ("NORMAL/a.png", "PNEUMONIA/a.jpeg", "top.PNG"):
            save(tmp_path / "in" / place, grey_ramp())
        assert main([str(tmp_path / "in"), "--output", str(tmp_path / "out")]) == 0
        found = {
            p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")
        }
        assert found == {"NORMAL/a.dcm", "PNEUMONIA/a.dcm", "top.dcm"}

    def test_several_folders_keep_their_names(self, tmp_path: Path) -> None:
        for place in ("one/a.png", "two/a.png"):
            save(tmp_path / place, grey_ramp())
        targets = [target for _, target in plan_targets([tmp_path / "one", tmp_path / "two"])]
        assert targets == [Path("one/a.dcm"), Path("two/a.dcm")]

    def test_single_pictures_lie_below_what_holds_them_all(self, tmp_path: Path) -> None:
        files = [save(tmp_path / place, grey_ramp()) for place in ("one/a.png", "two/a.png")]
        assert [target for _, target in plan_targets(files)] == [
            Path("one/a.dcm"),
            Path("two/a.dcm"),
        ]
        assert [target for _, target in plan_targets(files[:1])] == [Path("a.dcm")]

    def test_a_name_that_is_taken_gets_a_number_and_a_word(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for place in ("a.png", "a.jpeg"):
            save(tmp_path / "in" / place, grey_ramp())
        assert main([str(tmp_path / "in"), "--output", str(tmp_path / "out")]) == 0
        assert {p.name for p in (tmp_path / "out").iterdir()} == {"a.dcm", "a-2.dcm"}
        assert "a-2.dcm" in capsys.readouterr().err

    def test_dots_in_a_name_are_kept(self, tmp_path: Path) -> None:
        save(tmp_path / "in" / "v1.2.scan.jpeg", grey_ramp())
        main([str(tmp_path / "in"), "--output", str(tmp_path / "out")])
        assert [p.name for p in (tmp_path / "out").iterdir()] == ["v1.2.scan.dcm"]

    def test_hidden_and_other_files_are_passed_over(self, tmp_path: Path) -> None:
        save(tmp_path / "in" / "a.png", grey_ramp())
        save(tmp_path / "in" / ".cache" / "b.png", grey_ramp())
        (tmp_path / "in" / "labels.csv").write_text("a,b\n")
        assert len(list(plan_targets([tmp_path / "in"]))) == 1


class TestFailures:
    def test_nothing_is_overwritten_unasked(
        self, pictures: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = [str(pictures["png"]), "--output", str(tmp_path / "out")]
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "grey.dcm").write_bytes(b"precious")
        assert main(words) == 3
        assert (tmp_path / "out" / "grey.dcm").read_bytes() == b"precious"
        assert "--overwrite" in capsys.readouterr().err
        assert main([*words, "--overwrite"]) == 0
        assert pydicom.dcmread(tmp_path / "out" / "grey.dcm").Rows == 48

    def test_bad_pictures_are_named_and_the_others_done(
        self, pictures: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad.jpeg"
        bad.write_bytes(pictures["jpeg"].read_bytes()[:300])
        words = [str(pictures["png"]), str(bad), str(tmp_path / "missing.png")]
        assert main([*words, "--output", str(tmp_path / "out")]) == 3
        said = capsys.readouterr()
        assert "bad.jpeg" in said.err
        assert "missing.png" in said.err
        assert said.out.startswith("1 of 3 pictures")
        assert [p.name for p in (tmp_path / "out").rglob("*.*")] == ["grey.dcm"]

    def test_an_interruption_leaves_no_half_file(
        self, pictures: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(dataset: pydicom.Dataset, path: Path) -> None:
            path.write_bytes(b"half")
            raise KeyboardInterrupt

        monkeypatch.setattr("converters.picture_to_dicom.write_radiograph", interrupt)
        assert main([str(pictures["png"]), "--output", str(tmp_path / "out")]) == 130
        assert list((tmp_path / "out").iterdir()) == []

    def test_no_picture_at_all(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(tmp_path), "--output", str(tmp_path / "out")]) == 1
        assert "no picture" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_an_output_that_is_a_file(
        self, pictures: dict[str, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([str(pictures["png"]), "--output", str(pictures["jpeg"])]) == 1
        assert "cannot be made" in capsys.readouterr().err

    @pytest.mark.parametrize(
        "words",
        [
            ["--patient-age", "3"],
            ["--sex", "X"],
            ["--view", "sideways"],
            ["--body-part", "chest!"],
            ["--patient-id", "a\\b"],
        ],
        ids=lambda words: words[0],
    )
    def test_a_wrong_word_is_a_usage_error(
        self, pictures: dict[str, Path], tmp_path: Path, words: list[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main([str(pictures["png"]), "--output", str(tmp_path), *words])
        assert ended.value.code == 2


def test_it_is_reached_by_its_command(pictures: dict[str, Path], tmp_path: Path) -> None:
    assert export_main(["dicom", str(pictures["png"]), "--output", str(tmp_path)]) == 0
    assert (tmp_path / "grey.dcm").is_file()


def test_it_runs_without_tensorflow(pictures: dict[str, Path], tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "from converters.picture_to_dicom import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script, str(pictures["png"]), "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
