import logging
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import InstanceFactory
from training.data.case import Box, Label, Part
from training.data.manifest import read_manifest
from training.errors import ManifestError


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), 90).save(path)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png"):
        picture(tmp_path / name)
    return tmp_path


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


class TestFolder:
    def test_labels_are_the_folders_names_in_any_case_and_depth(self, tmp_path: Path) -> None:
        picture(tmp_path / "normal" / "x" / "a.png")
        picture(tmp_path / "train" / "Pneumonia" / "b.jpeg")
        cases = read_manifest(tmp_path)
        assert [(case.path.name, case.label) for case in cases] == [
            ("a.png", Label.NORMAL),
            ("b.jpeg", Label.PNEUMONIA),
        ]

    def test_files_of_other_folders_and_hidden_files_are_left_out(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        picture(tmp_path / "NORMAL" / "a.png")
        picture(tmp_path / "PNEUMONIA" / "b.png")
        picture(tmp_path / "spare" / "c.png")
        (tmp_path / "NORMAL" / ".DS_Store").write_bytes(b"x")
        (tmp_path / "NORMAL" / "Thumbs.db").write_bytes(b"x")
        with caplog.at_level(logging.WARNING):
            cases = read_manifest(tmp_path)
        assert {case.path.name for case in cases} == {"a.png", "b.png"}
        assert "1 files lie in neither" in caplog.text

    def test_equal_names_in_both_folders_are_two_patients(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        picture(tmp_path / "NORMAL" / "1.png")
        picture(tmp_path / "PNEUMONIA" / "1.png")
        with caplog.at_level(logging.WARNING):
            first, second = read_manifest(tmp_path)
        assert first.patient != second.patient
        assert "2 of 2 images" in caplog.text

    def test_a_dicom_file_says_whose_it_is(
        self, tmp_path: Path, make_instance: InstanceFactory
    ) -> None:
        make_instance("NORMAL/one", patient_id="A-1", age="004Y")
        make_instance("NORMAL/two", patient_id="A-1")
        make_instance("PNEUMONIA/three.dcm", patient_id="A-2", view_position="AP")
        cases = read_manifest(tmp_path)
        assert [case.patient for case in cases] == ["A-1", "A-1", "A-2"]
        assert cases[0].age_years == 4
        assert cases[2].view == "AP"

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            ([], "holds no labelled images"),
            (["NORMAL/a.png"], "none of them PNEUMONIA"),
            (["PNEUMONIA/a.png"], "none of them NORMAL"),
            (["x/a.png"], "holds no labelled images"),
        ],
        ids=["empty", "normal only", "pneumonia only", "no label folder"],
    )
    def test_what_is_missing_is_said(self, tmp_path: Path, files: list[str], words: str) -> None:
        for name in files:
            picture(tmp_path / name)
        with pytest.raises(ManifestError, match=words):
            read_manifest(tmp_path)

    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ManifestError, match="does not exist"):
            read_manifest(tmp_path / "nowhere")


class TestTable:
    def test_all_columns(self, pictures: Path) -> None:
        path = table(
            pictures,
            "path,label,patient,age,sex,view,x,y,width,height\n"
            "a.png,PNEUMONIA,p1,4.5,F,AP,1,2,3,4\n"
            "a.png,PNEUMONIA,p1,4.5,F,AP,5,6,7,8.5\n"
            "b.png,normal,p2,,,,,,,\n",
        )
        ill, well = read_manifest(path)
        assert (ill.patient, ill.age_years, ill.sex, ill.view) == ("p1", 4.5, "F", "AP")
        assert ill.boxes == (Box(1, 2, 3, 4), Box(5, 6, 7, 8.5))
        assert (well.label, well.boxes, well.age_years) == (Label.NORMAL, (), None)

    def test_other_names_of_columns_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        picture(tmp_path / "images" / "a.png")
        picture(tmp_path / "images" / "b.png")
        path = table(
            tmp_path,
            "\ufefffile,Label,patient_id,boxes_xywh_512px\n"
            'a.png,1,7,"Pneumonia:1.5,2,3,4;Infiltrate:5,6,7,8"\n'
            "b.png,0,8,\n",
        )
        ill, _ = read_manifest(path)
        assert ill.path == tmp_path / "images" / "a.png"
        assert ill.patient == "7"
        assert ill.boxes == (Box(1.5, 2, 3, 4), Box(5, 6, 7, 8))

    def test_a_part_can_be_taken_out(self, pictures: Path) -> None:
        picture(pictures / "c.png")
        path = table(
            pictures,
            "path,label,part\na.png,NORMAL,holdout\nb.png,PNEUMONIA,holdout\nc.png,NORMAL,train\n",
        )
        assert len(read_manifest(path, part=Part.HOLDOUT)) == 2
        with pytest.raises(ManifestError, match="none of them PNEUMONIA"):
            read_manifest(path, part=Part.TRAIN)

    def test_a_part_of_a_table_without_parts(self, pictures: Path) -> None:
        path = table(pictures, "path,label\na.png,NORMAL\nb.png,PNEUMONIA\n")
        with pytest.raises(ManifestError, match="no column 'part'"):
            read_manifest(path, part=Part.HOLDOUT)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "has no column 'path'"),
            ("name,label\na.png,NORMAL\n", r"has no column 'path' \(it has: name, label\)"),
            ("path;label\na.png;NORMAL\n", "has no column 'path'"),
            ("path,kind\na.png,NORMAL\n", "has no column 'label'"),
            ("path,label\n", "holds no labelled images"),
            ("path,label\na.png,NORMAL\nb.png,maybe\n", "line 3: unknown label 'maybe'"),
            ("path,label\na.png,\n", "line 2: unknown label ''"),
            ("path,label\nc.png,NORMAL\n", "line 2: there is no file c.png"),
            ("path,label\n,NORMAL\n", "line 2: the column 'path' is empty"),
            ("path,label\na.png,NORMAL\n", "none of them PNEUMONIA"),
            ("path,label,age\na.png,NORMAL,old\n", "line 2: age is 'old'"),
            ("path,label,age\na.png,NORMAL,nan\n", "line 2: age is 'nan'"),
            ("path,label,age\na.png,NORMAL,412\n", "line 2: age is 412"),
            ("path,label,part\na.png,NORMAL,test\n", "line 2: unknown part 'test'"),
            ("path,label,x,y,width,height\na.png,NORMAL,1,2,3,\n", "line 2: height is ''"),
            ("path,label,x,y,width,height\na.png,NORMAL,1,2,0,4\n", "line 2: a box of 0 x 4"),
            ("path,label,boxes\na.png,NORMAL,P:1;2\n", "line 2: y is ''"),
            ("path,label\na.png,NORMAL\na.png,PNEUMONIA\n", "line 3: a.png stands in line 2"),
        ],
    )
    def test_a_bad_line_is_named(self, pictures: Path, text: str, words: str) -> None:
        with pytest.raises(ManifestError, match=words):
            read_manifest(table(pictures, text))

    def test_a_file_that_is_no_table(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        path.write_bytes(bytes(range(256)))
        with pytest.raises(ManifestError, match="cannot be read as a CSV table"):
            read_manifest(path)
