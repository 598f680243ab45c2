import pytest
from pydantic import ValidationError

from training.recipes import RECIPES, Recipe


def test_a_recipe_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        RECIPES["v1"].dropout = 0.9  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_recipe_survives_its_json(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.name == name
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_epochs_are_replaced_in_a_copy() -> None:
    shorter = RECIPES["v2"].with_epochs(2, 3)
    assert shorter.head.epochs == 2
    assert shorter.fine_tuning is not None
    assert shorter.fine_tuning.epochs == 3
    assert RECIPES["v2"].head.epochs > 2
    assert {stage.epochs for stage in RECIPES["final"].with_epochs(None, 1).whole} == {1}
    assert RECIPES["v1"].with_epochs(None, 3) == RECIPES["v1"]
