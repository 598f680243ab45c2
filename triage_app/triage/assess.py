"""One instance, one outcome: the single path for window, scan, receiver and tests."""

from __future__ import annotations

import logging
import traceback

import numpy as np

from triage_app.errors import FailureReason, InstanceError, NotDicomError
from triage_app.imaging.eligibility import (
    Exclusion,
    ExclusionReason,
    find_exclusion,
    find_notices,
)
from triage_app.imaging.header import Instance, read_instance
from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.model_input import read_model_input
from triage_app.imaging.source import InstanceSource
from triage_app.inference.session import Model
from triage_app.triage.heat_caution import find_heat_notices
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored

__all__ = ["assess", "assess_source"]

logger = logging.getLogger(__name__)


def assess(instance: Instance, model: Model) -> Outcome:
    """Take an instance to its outcome; equal input gives equal output to the last bit.

    Parameters
    ----------
    instance : whose header was read
    model : verified, with its card

    Returns
    -------
    Outcome
        scored, with the population that the patient's age falls in, where the card has some;
        excluded, without its pixels having been decoded, where the header tells; failed
        where the image could not be read or scored
    """
    card = model.card
    population = card.population_for(instance.facts.patient.age_years)
    criteria = card.criteria_for(population)
    exclusion = find_exclusion(instance.facts, criteria)
    if exclusion is not None:
        return Excluded(exclusion)
    try:
        image = read_model_input(instance, card.preprocessing)
        prediction = model.predict(image[np.newaxis]).of_population(card.index_of(population))
    except InstanceError as error:
        return Failed(error.reason, str(error))
    except MemoryError:
        return Failed(
            FailureReason.MEMORY, f"{instance.source.path}: not enough memory for this image."
        )
    if prediction.in_distribution is not None and criteria.gate_threshold is not None:
        likeness = float(prediction.in_distribution[0])
        if likeness < criteria.gate_threshold:
            return Excluded(
                Exclusion(
                    ExclusionReason.NOT_CHEST,
                    value=f"not like a frontal chest image: {likeness:.3f}",
                    expected=f"at least {criteria.gate_threshold:.3f}",
                )
            )
    probability = float(prediction.probability[0])
    name = population.name if population else None
    point = card.points_of(name)[0]
    is_flagged = probability >= point.threshold
    notices = find_notices(instance.facts, criteria, name or "")
    if is_flagged:  # of an image that is not, no heatmap is shown
        notices += find_heat_notices(image, prediction.heatmap[0], card)
    return Scored(
        probability=probability,
        is_flagged=is_flagged,
        operating_point=point.title,
        heatmap=prediction.heatmap[0],
        notices=notices,
        population=name or "",
    )


def assess_source(source: InstanceSource, model: Model) -> tuple[InstanceFacts, Outcome]:
    """Take one file to its facts and its outcome, whatever the file holds.

    Returns
    -------
    InstanceFacts, Outcome
        the facts hold the path alone where the header could not be read
    """
    facts = InstanceFacts(path=source.path)
    try:
        instance = read_instance(source)
        facts = instance.facts
        return facts, assess(instance, model)
    except NotDicomError as error:
        return facts, Excluded(Exclusion(ExclusionReason.NOT_DICOM, value=str(error)))
    except InstanceError as error:
        return facts, Failed(error.reason, str(error))
    except MemoryError:
        return facts, Failed(FailureReason.MEMORY, f"{source.path}: not enough memory to read it.")
    except Exception as error:  # noqa: BLE001 - the door of one file: no file may stop a scan
        # Where it happened, and not what the error says: that may quote a patient's data.
        places = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        logger.error("unforeseen %s while assessing a file\n%s", kind, places)  # noqa: TRY400 - same
        return facts, Failed(
            FailureReason.UNREADABLE,
            f"{source.path}: unforeseen {type(error).__name__}: {error}; please report it.",
        )
