import pytest

from training.data.patients import patient_from_file_name


@pytest.mark.parametrize(
    ("stem", "patient"),
    [
        ("person12_bacteria_46", "person12"),
        ("person12_virus_51", "person12"),
        ("person1234_virus_2_1", "person1234"),
        ("IM-0115-0001", "IM-0115"),
        ("IM-0666-0001-0002", "IM-0666"),
        ("NORMAL2-IM-1423-0001", "IM-1423"),
        ("NORMAL2-IM-0115-0001", "IM-0115"),
        ("00000150_002", None),
        ("someperson12_virus_3", None),
        ("IM-", None),
        ("", None),
    ],
)
def test_patient_stands_in_the_file_name(stem: str, patient: str | None) -> None:
    assert patient_from_file_name(stem) == patient
