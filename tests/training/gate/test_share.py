import pytest

from training.gate.share import share_of


def test_none_of_many_has_an_interval_all_the_same() -> None:
    share = share_of(0, 300)
    assert (share.value, share.low) == (0.0, 0.0)
    # the rule of three: 3 / n, by Wilson a little more
    assert share.high == pytest.approx(3.84 / (300 + 3.84), rel=1e-3)


def test_all_of_many_mirrors_none() -> None:
    assert share_of(300, 300).low == pytest.approx(1 - (share_of(0, 300).high or 0))


def test_half() -> None:
    # Wilson's interval of 50 of 100, as tables give it
    share = share_of(50, 100)
    assert share.low == pytest.approx(0.4038, abs=1e-4)
    assert share.high == pytest.approx(0.5962, abs=1e-4)


def test_no_images_have_no_share() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        share_of(0, 0)
