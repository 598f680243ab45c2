"""Whose image it is, from the file's name."""

from __future__ import annotations

import re

__all__ = ["patient_from_file_name"]

_PERSON = re.compile(r"person(\d+)_", re.IGNORECASE)
_IMAGE_SERIES = re.compile(r"(?:NORMAL2-)?IM-(\d+)-", re.IGNORECASE)


def patient_from_file_name(stem: str) -> str | None:
    """Read the patient out of a file name of Kermany's data set.

    Parameters
    ----------
    stem : the file's name without its ending

    Returns
    -------
    an identifier that all images of the patient share, or None where the name has another form

    Notes
    -----
    Kermany, Zhang, Goldbaum, Mendeley Data 2018. The forms are ``person12_bacteria_46`` and
    ``person12_virus_51``, ``IM-0115-0001`` and ``IM-0666-0001-0002``, ``NORMAL2-IM-1423-0001``.
    The data set does not say whether ``IM-0439`` and ``NORMAL2-IM-0439`` are one child: 211 numbers
    occur in both series. They are taken as one patient. If they are one, nothing leaks between the
    parts of a split; if they are two, a split only moves two children together. In the same way
    ``person12_bacteria`` and ``person12_virus`` are one patient.
    """
    if match := _PERSON.match(stem):
        return f"person{int(match[1])}"
    if match := _IMAGE_SERIES.match(stem):
        return f"IM-{int(match[1]):04d}"
    return None
