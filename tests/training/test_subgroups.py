from pathlib import Path

import numpy as np

from training.data.case import Case, Label
from training.evaluation.scoring import ScoredCase
from training.evaluation.subgroups import find_subgroups


def score(name: str, *, shape: tuple[int, int] = (200, 300), **facts: object) -> ScoredCase:
    label = Label.PNEUMONIA if "person" in name else Label.NORMAL
    case = Case(Path(f"{name}.png"), name, label, name, **facts)  # type: ignore[arg-type]
    return ScoredCase(case, 0.5, np.zeros((7, 7), np.float32), shape)


def test_kinds_of_one_label_are_joined_by_the_other() -> None:
    scored = [score(f"person{i}_bacteria_{i}") for i in range(12)]
    scored += [score(f"person{i}_virus_{i}") for i in range(12, 22)]
    scored += [score(f"IM-{i:04d}-0001") for i in range(100, 140)]
    masks = find_subgroups(scored)
    assert masks["pneumonia=bacterial"].sum() == 12 + 40
    assert masks["pneumonia=viral"].sum() == 10 + 40
    lowest = masks["normal_number=lowest_quarter"]
    assert [item.case.name for item in np.array(scored, object)[lowest]][-10:] == [
        f"IM-{i:04d}-0001" for i in range(100, 110)
    ]
    # all images have one size: nothing to divide
    assert not any(name.startswith(("pixels", "aspect", "sex", "view")) for name in masks)


def test_what_is_known_of_patients_and_images_divides_them() -> None:
    scored = []
    for index in range(80):
        name = f"person{index}_x" if index % 2 else f"well{index}"
        scored.append(
            score(
                name,
                shape=(200, 300) if index < 40 else (400, 500),
                sex="F" if index % 4 < 2 else "M",
                view="PA" if index < 76 else "AP",
                age_years=3.0 if index < 30 else 50.0,
            )
        )
    masks = find_subgroups(scored)
    assert masks["sex=F"].sum() == masks["sex=M"].sum() == 40
    assert masks["age=1-5"].sum() == 30
    assert masks["age=40-64"].sum() == 50
    assert masks["pixels=fewer_than_median"].sum() == 40
    # four images of the other view are too few to say anything of
    assert not any(name.startswith("view") for name in masks)
