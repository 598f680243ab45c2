"""Damaged files: each ends with one outcome that says why, and none stops the program.

A small part, with a fixed seed, of what a longer run does with other seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.tiny_model import write_tiny_model
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import LookupTable, PixelPadding, Rescale, Window
from triage_app.inference.session import Model, load_model
from triage_app.triage.assess import assess_source
from triage_app.triage.outcome import Excluded, Failed, Scored

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import InstanceFactory

MUTANTS_PER_FILE = 40
SYNTAXES = [
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEG2000Lossless,
]
# What a parser stumbles over: extremes of lengths, tags of structure, VRs that change meaning.
TOKENS = [
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\x0d\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\xe0\x7f\x10\x00",
    b"SQ\x00\x00",
    b"UN\x00\x00",
    b"US\x02\x00",
    b"\x7f\xff\xff\xff",
    b"NaN ",
    b"\x1b$B",
    b"\xff\xd9",
    b"\xff\xd8",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(write_tiny_model(tmp_path_factory.mktemp("model")))


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file in one of the ways that transfers, disks and programs do."""
    mutant = bytearray(data)
    header_end = min(len(data), 2200)
    kind = rng.integers(6)
    if kind == 0:  # flipped bytes anywhere
        for at in rng.integers(0, len(mutant), rng.integers(1, 12)):
            mutant[at] = rng.integers(256)
    elif kind == 1:  # flipped bits in the header
        for at in rng.integers(128, header_end, rng.integers(1, 6)):
            mutant[at] ^= 1 << rng.integers(8)
    elif kind == 2:  # a token where none belongs
        token = TOKENS[rng.integers(len(TOKENS))]
        at = rng.integers(128, header_end)
        mutant[at : at + len(token)] = token
    elif kind == 3:  # cut off
        del mutant[rng.integers(1, len(mutant)) :]
    elif kind == 4:  # a piece is missing
        at = rng.integers(128, len(mutant))
        del mutant[at : at + rng.integers(1, 600)]
    else:  # a piece stands twice
        at = rng.integers(128, len(mutant))
        mutant[at:at] = mutant[at : at + rng.integers(1, 600)]
    return bytes(mutant)


def rich_file(make_instance: InstanceFactory, uid: str) -> Path:
    entries = np.linspace(0, 65535, 4096).astype(np.uint16)
    return make_instance(
        f"{uid}.dcm",
        shape=(64, 64),
        voi=(LookupTable(entries, 0, 16), Window(2000.0, 3000.0)),
        modality=Rescale(1.0, 0.0),
        padding=PixelPadding(0, 0),
        patient_name="Wang^XiaoDong=王^小東",
        transfer_syntax_uid=uid,
    )


@pytest.mark.parametrize("uid", SYNTAXES)
def test_each_mutant_has_one_outcome(
    make_instance: InstanceFactory, model: Model, tmp_path: Path, uid: str
) -> None:
    whole = rich_file(make_instance, uid).read_bytes()
    rng = np.random.default_rng([2024, SYNTAXES.index(uid)])
    path = tmp_path / "mutant.dcm"
    kinds = set()
    for _ in range(MUTANTS_PER_FILE):
        mutant = mutate(whole, rng)
        path.write_bytes(mutant)
        _, outcome = assess_source(FileSource(path), model)
        assert isinstance(outcome, Scored | Excluded | Failed)
        assert path.read_bytes() == mutant
        if isinstance(outcome, Failed):
            assert "unforeseen" not in outcome.detail, outcome.detail
        if isinstance(outcome, Scored):
            assert 0.0 <= outcome.probability <= 1.0
        kinds.add(outcome.status)
    assert len(kinds) > 1, "the mutants are too tame or too wild to tell anything"


@pytest.mark.parametrize("uid", SYNTAXES)
def test_a_file_cut_at_any_place_is_never_scored(
    make_instance: InstanceFactory, model: Model, tmp_path: Path, uid: str
) -> None:
    whole = rich_file(make_instance, uid).read_bytes()
    path = tmp_path / "cut.dcm"
    _, outcome = assess_source(FileSource(rich_file(make_instance, uid)), model)
    assert isinstance(outcome, Scored)
    for at in np.linspace(0, len(whole) - 9, 40).astype(int):
        path.write_bytes(whole[:at])
        _, outcome = assess_source(FileSource(path), model)
        assert not isinstance(outcome, Scored), f"scored after {at} of {len(whole)} bytes"
