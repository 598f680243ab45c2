"""Whether an instance is a case for the model, told by its header with the element that decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from triage_app.imaging.eligibility import (
    AgeRange,
    EligibilityCriteria,
    Exclusion,
    ExclusionReason,
    NoticeKind,
    find_exclusion,
    find_notices,
)
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts

CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
DX_FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.1.1"
CT = "1.2.840.10008.5.1.4.1.1.2"

CRITERIA = EligibilityCriteria(
    sop_class_uids=(CR, DX),
    modalities=("CR", "DX"),
    body_parts=("CHEST", "THORAX", "LUNG"),
    view_positions=("PA", "AP"),
    training_ages=AgeRange(lowest_years=1, highest_years=5),
    smallest_matrix=224,
)
CHEST = ImageFacts(
    modality="CR",
    body_part="CHEST",
    view_position="PA",
    photometric_interpretation="MONOCHROME2",
    rows=2000,
    columns=1800,
    bits_allocated=16,
    bits_stored=12,
    samples_per_pixel=1,
    has_pixel_data=True,
)


def facts(*, sop_class_uid: str = CR, age: float | None = 3.0, **image: Any) -> InstanceFacts:
    return InstanceFacts(
        path="x.dcm",
        sop_class_uid=sop_class_uid,
        patient=PatientFacts(age_years=age),
        image=replace(CHEST, **image),
    )


@pytest.mark.parametrize(
    ("instance", "reason", "tag", "value"),
    [
        (
            facts(sop_class_uid=CT),
            ExclusionReason.SOP_CLASS,
            "(0008,0016) SOP Class UID",
            f"CT Image Storage ({CT})",
        ),
        (
            facts(sop_class_uid=DX_FOR_PROCESSING),
            ExclusionReason.SOP_CLASS,
            "(0008,0016) SOP Class UID",
            f"Digital X-Ray Image Storage - For Processing ({DX_FOR_PROCESSING})",
        ),
        (facts(sop_class_uid=""), ExclusionReason.SOP_CLASS, "(0008,0016) SOP Class UID", ""),
        (
            facts(sop_class_uid="1.2.3"),
            ExclusionReason.SOP_CLASS,
            "(0008,0016) SOP Class UID",
            "1.2.3",
        ),
        (facts(modality="MG"), ExclusionReason.MODALITY, "(0008,0060) Modality", "MG"),
        (facts(modality=""), ExclusionReason.MODALITY, "(0008,0060) Modality", ""),
        (
            facts(has_pixel_data=False),
            ExclusionReason.NO_PIXELS,
            "(7FE0,0010) Pixel Data",
            "absent",
        ),
        (
            facts(photometric_interpretation="RGB", samples_per_pixel=3),
            ExclusionReason.PHOTOMETRIC,
            "(0028,0002) Samples per Pixel",
            "3",
        ),
        (
            facts(samples_per_pixel=3),
            ExclusionReason.PHOTOMETRIC,
            "(0028,0002) Samples per Pixel",
            "3",
        ),
        (
            facts(photometric_interpretation="PALETTE COLOR"),
            ExclusionReason.PHOTOMETRIC,
            "(0028,0004) Photometric Interpretation",
            "PALETTE COLOR",
        ),
        (
            facts(photometric_interpretation=""),
            ExclusionReason.PHOTOMETRIC,
            "(0028,0004) Photometric Interpretation",
            "",
        ),
        (
            facts(number_of_frames=2),
            ExclusionReason.MULTI_FRAME,
            "(0028,0008) Number of Frames",
            "2",
        ),
        (
            facts(body_part="HIP"),
            ExclusionReason.BODY_PART,
            "(0018,0015) Body Part Examined",
            "HIP",
        ),
        (
            facts(view_position="LATERAL"),
            ExclusionReason.VIEW_POSITION,
            "(0018,5101) View Position",
            "LATERAL",
        ),
        (
            facts(rows=223),
            ExclusionReason.MATRIX_TOO_SMALL,
            "(0028,0010) Rows x (0028,0011) Columns",
            "223 x 1800",
        ),
        (
            facts(columns=1),
            ExclusionReason.MATRIX_TOO_SMALL,
            "(0028,0010) Rows x (0028,0011) Columns",
            "2000 x 1",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_what_is_no_case_is_excluded_by_its_element(
    instance: InstanceFacts, reason: ExclusionReason, tag: str, value: str
) -> None:
    found = find_exclusion(instance, CRITERIA)
    assert found is not None
    assert (found.reason, found.tag, found.value) == (reason, tag, value)
    assert found.expected


@pytest.mark.parametrize(
    "instance",
    [
        facts(),
        facts(sop_class_uid=DX, modality="DX"),
        facts(photometric_interpretation="MONOCHROME1"),
        facts(body_part="", view_position=""),
        facts(rows=224, columns=224),
        facts(age=None),
        facts(age=70.0),
        facts(rows=0, columns=0),  # no size is no small size; the pixels will say what is wrong
        facts(samples_per_pixel=0),
    ],
)
def test_a_frontal_chest_radiograph_is_a_case(instance: InstanceFacts) -> None:
    assert find_exclusion(instance, CRITERIA) is None


@pytest.mark.parametrize(
    ("body_part", "is_chest"),
    [
        ("CHEST", True),
        ("THORAX", True),
        ("LUNG", True),
        ("chest", True),
        ("Chest PA", True),
        ("CHEST 2 VIEWS", True),
        ("CHEST_PA", True),
        ("CHEST-PORTABLE", True),
        ("THORAX AP/PA", True),
        ("Tórax", False),  # TORAX is another word, which a card may add
        ("CHESTABDOMEN", False),
        ("CHEST ABDOMEN", False),
        ("CHEST/ABD", False),
        ("RIBS CHEST", False),
        ("CHEST WALL STERNUM", False),
        ("THORAX SPINE", False),
        ("TSPINE", False),
        ("THORACIC SPINE", False),
        ("HAND", False),
        ("EXTREMITY", False),
        ("UNKNOWN", False),
        ("?", False),
    ],
)
def test_a_free_form_body_part_is_read_by_its_words(body_part: str, *, is_chest: bool) -> None:
    found = find_exclusion(facts(body_part=body_part), CRITERIA)
    assert (found is None) is is_chest
    if found is not None:
        assert (found.reason, found.value) == (ExclusionReason.BODY_PART, body_part)


@pytest.mark.parametrize(
    ("view", "is_frontal"),
    [
        ("PA", True),
        ("AP", True),
        ("pa", True),
        ("PA CHEST", True),
        ("AP SUPINE", True),
        ("AP PORTABLE", True),
        ("CHEST,PA", True),
        ("AP/PA", True),
        ("LATERAL", False),
        ("LL", False),
        ("RL", False),
        ("LLD", False),
        ("PA AND LATERAL", False),
        ("PA/LAT", False),
        ("PA OBLIQUE", False),
        ("AP LORDOTIC", False),
        ("AP AXIAL", False),
        ("AP DECUBITUS", False),
        ("RAO", False),
        ("LPO PA", False),
        ("PAX", False),
        ("APPA", False),
        ("POSTERO-ANTERIOR OBLIQUE", False),
        ("SWIMMERS", False),
    ],
)
def test_a_free_form_view_is_read_by_its_words(view: str, *, is_frontal: bool) -> None:
    found = find_exclusion(facts(view_position=view), CRITERIA)
    assert (found is None) is is_frontal
    if found is not None:
        assert (found.reason, found.value) == (ExclusionReason.VIEW_POSITION, view)


def test_accents_and_case_do_not_count() -> None:
    spanish = CRITERIA.model_copy(update={"body_parts": ("Tórax",)})
    for written in ("TORAX", "tórax", "To\u0301rax PA"):
        assert find_exclusion(facts(body_part=written), spanish) is None


def test_a_term_of_two_words_needs_both() -> None:
    criteria = CRITERIA.model_copy(update={"body_parts": ("UPPER CHEST",)})
    assert find_exclusion(facts(body_part="CHEST, UPPER"), criteria) is None
    assert find_exclusion(facts(body_part="CHEST"), criteria) is not None


def test_the_first_criterion_that_fails_is_the_one_that_is_named() -> None:
    nothing = InstanceFacts(path="x")
    found = find_exclusion(nothing, CRITERIA)
    assert found is not None
    assert found.reason is ExclusionReason.SOP_CLASS


def test_the_detail_is_one_line_for_people() -> None:
    found = find_exclusion(facts(body_part="HIP"), CRITERIA)
    assert found is not None
    assert found.detail == (
        "(0018,0015) Body Part Examined is HIP; expected CHEST or THORAX or LUNG"
    )
    empty = find_exclusion(facts(modality=""), CRITERIA)
    assert empty is not None
    assert empty.detail == "(0008,0060) Modality is empty; expected CR or DX"
    bare = Exclusion(ExclusionReason.NOT_DICOM, value="a PDF document, not DICOM")
    assert bare.detail == "a PDF document, not DICOM"


# Ages.


@pytest.mark.parametrize(
    ("age", "kinds"),
    [
        (0.0, [NoticeKind.AGE_OUTSIDE_TRAINING]),
        (0.99, [NoticeKind.AGE_OUTSIDE_TRAINING]),
        (1.0, []),
        (5.0, []),
        (5.9, []),  # a child of five until its sixth birthday
        (6.0, [NoticeKind.AGE_OUTSIDE_TRAINING]),
        (90.0, [NoticeKind.AGE_OUTSIDE_TRAINING]),
        (None, [NoticeKind.AGE_UNKNOWN]),
    ],
)
def test_an_age_outside_the_training_is_a_notice_and_no_exclusion(
    age: float | None, kinds: list[NoticeKind]
) -> None:
    assert find_exclusion(facts(age=age), CRITERIA) is None
    assert [notice.kind for notice in find_notices(facts(age=age), CRITERIA)] == kinds


@pytest.mark.parametrize(
    ("age", "reason", "value"),
    [
        (0.99, ExclusionReason.AGE, "11 months"),
        (1.0, None, ""),
        (5.99, None, ""),
        (6.0, ExclusionReason.AGE, "6 years"),
        (None, ExclusionReason.AGE_MISSING, ""),
    ],
)
def test_a_card_may_exclude_other_ages(
    age: float | None, reason: ExclusionReason | None, value: str
) -> None:
    strict = CRITERIA.model_copy(update={"excludes_other_ages": True})
    found = find_exclusion(facts(age=age), strict)
    if reason is None:
        assert found is None
    else:
        assert found is not None
        assert (found.reason, found.tag) == (reason, "(0010,1010) Patient's Age")
        assert found.value == value
        assert found.expected == "1 to 5 years"


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (0.02, "Age 7 days; the model was trained on ages 1 to 5."),
        (0.5, "Age 6 months; the model was trained on ages 1 to 5."),
        (0.99, "Age 11 months; the model was trained on ages 1 to 5."),
        (6.9, "Age 6 years; the model was trained on ages 1 to 5."),
        (64.5, "Age 64 years; the model was trained on ages 1 to 5."),
        (None, "Age not stated; the model was trained on ages 1 to 5."),
    ],
)
def test_the_notice_says_the_age_as_people_count_it(age: float | None, said: str) -> None:
    (notice,) = find_notices(facts(age=age), CRITERIA)
    assert notice.sentence == said


def test_what_the_header_does_not_state_is_a_notice() -> None:
    kinds = [n.kind for n in find_notices(facts(body_part="", view_position=""), CRITERIA)]
    assert kinds == [NoticeKind.BODY_PART_UNKNOWN, NoticeKind.VIEW_UNKNOWN]


def test_a_range_of_ages_must_be_in_order() -> None:
    with pytest.raises(ValidationError, match="lowest_years must not exceed highest_years"):
        AgeRange(lowest_years=5, highest_years=1)
