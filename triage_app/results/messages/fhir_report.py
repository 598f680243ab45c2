"""An AI result as FHIR R4 resources, validated by fhir.resources.

DiagnosticReport, ImagingStudy, Device and Observations in one transaction, mapped as in HL7's
"DICOM SR to FHIR Resource Mapping" guide: a measurement group is an Observation of category
(125007, DCM), its measurements and evaluations are its members; patient and request are named by
their identifiers, and are not made. Where we differ: the finding of a group is its code and not its
value. A receiver that shows values would else read "Pneumonia" of an image that was not flagged.

fhir.resources has the classes of R4B; those used here are the same in R4 (4.0.1).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from triage_app.errors import ResultError
from triage_app.results.dicom.provenance import MANUFACTURER
from triage_app.results.messages.report_facts import Coded, ImageFinding, ReportFacts, UnscoredImage

__all__ = ["build_fhir_report", "encode_fhir_report"]

_SYSTEMS = {
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "SCT": "http://snomed.info/sct",
    "LN": "http://loinc.org",
    "UCUM": "http://unitsofmeasure.org",
    "99TRIAGEAPP": "urn:triage-app:concepts",
}
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_DICOM_UID = "urn:dicom:uid"
_IDENTIFIER_TYPES = "http://hl7.org/fhir/uv/dicom-sr/CodeSystem/dicom-identifier-type"
_NAMESPACE = uuid.UUID("0f1a6a0e-6b0e-5d0c-9c9a-6f2a7e1d4b53")
"""Of our urn:uuid names, so that the same report is the same bundle."""

_GROUP = Coded("125007", "DCM", "Measurement Group")
_PROBABILITY = Coded("122157", "DCM", "Probability")
_FLAG = Coded("TRIAGE_FLAG", "99TRIAGEAPP", "Flag at the operating point")
_ANALYSIS = Coded("TRIAGE_ANALYSIS", "99TRIAGEAPP", "Scoring of an image for triage")
_SOURCE = Coded("121112", "DCM", "Source of Measurement")
_REPORT = Coded("18748-4", "LN", "Diagnostic imaging study")
_RESEARCH = {"system": f"{_TERMINOLOGY}/v3-ActReason", "code": "HRESCH"}
"""Healthcare research: what is said here is for nothing else."""

_Json = dict[str, Any]


def build_fhir_report(facts: ReportFacts) -> Bundle:
    """Build the transaction: every resource is made only where it is not there yet.

    Raises
    ------
    ResultError
        where what the report says does not fit into the resources
    """
    builder = _Builder(facts)
    try:
        return Bundle.model_validate(builder.bundle())
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ResultError(f"the report does not fit into FHIR resources ({where}).") from error


def encode_fhir_report(bundle: Bundle) -> bytes:
    """Write a bundle as application/fhir+json in UTF-8."""
    return str(bundle.model_dump_json(indent=2)).encode("utf-8")


class _Builder:
    def __init__(self, facts: ReportFacts) -> None:
        self._facts = facts
        self._entries: list[_Json] = []
        patient = {"value": facts.patient.patient_id or "unknown"}
        if facts.patient.issuer:
            patient["assigner"] = {"display": facts.patient.issuer}  # type: ignore[assignment]
        self._subject = {"type": "Patient", "identifier": patient}
        self._issued = _instant(facts.made_at)

    def bundle(self) -> _Json:
        facts = self._facts
        self._study = self._add(
            "ImagingStudy", _oid(facts.study_instance_uid), self._imaging_study()
        )
        self._device = self._add("Device", _oid(facts.model_device_uid), self._model())
        results = [self._study_flag(), *map(self._group, facts.images)]
        results += [self._not_scored(at, each) for at, each in enumerate(facts.unscored)]
        self._add("DiagnosticReport", _oid(facts.sop_instance_uid), self._report(results))
        return {
            "resourceType": "Bundle",
            "meta": {"security": [_RESEARCH]},
            "type": "transaction",
            "timestamp": self._issued,
            "entry": self._entries,
        }

    def _add(self, kind: str, identifier: str, resource: _Json) -> _Json:
        """Add a resource under its identifier; give the reference to it."""
        url = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{kind} {identifier}')}"
        self._entries.append(
            {
                "fullUrl": url,
                "resource": {
                    "resourceType": kind,
                    "meta": {"security": [_RESEARCH]},
                    **resource,
                },
                "request": {
                    "method": "POST",
                    "url": kind,
                    "ifNoneExist": f"identifier={_DICOM_UID}|{identifier}",
                },
            }
        )
        return {"reference": url, "type": kind}

    def _imaging_study(self) -> _Json:
        facts = self._facts
        study: _Json = {
            "identifier": [_uid(_oid(facts.study_instance_uid)), *self._accession()],
            "status": "available",
            "subject": self._subject,
            "numberOfSeries": len(facts.series),
            "numberOfInstances": sum(len(each.instances) for each in facts.series),
            "series": [
                {
                    "uid": each.series_instance_uid,
                    "modality": _coding(Coded(each.modality, "DCM", "")),
                    "numberOfInstances": len(each.instances),
                    "instance": [
                        {"uid": uid, "sopClass": {"system": "urn:ietf:rfc:3986", "code": _oid(sop)}}
                        for sop, uid in each.instances
                    ],
                }
                for each in facts.series
            ],
        }
        if facts.study_date is not None:
            study["started"] = facts.study_date.isoformat()
        return {name: value for name, value in study.items() if value != []}

    def _accession(self) -> list[_Json]:
        if not self._facts.accession_number:
            return []
        kind = {"coding": [{"system": f"{_TERMINOLOGY}/v2-0203", "code": "ACSN"}]}
        return [{"type": kind, "value": self._facts.accession_number}]

    def _request(self) -> _Json:
        """Refer to the order by its accession number; it is not ours to make."""
        orders = [
            {"type": "ServiceRequest", "identifier": identifier} for identifier in self._accession()
        ]
        return {"basedOn": orders} if orders else {}

    def _model(self) -> _Json:
        facts = self._facts
        return {
            "identifier": [_uid(_oid(facts.model_device_uid))],
            "manufacturer": MANUFACTURER,
            "deviceName": [{"name": facts.model_title, "type": "model-name"}],
            "note": [{"text": comment} for comment in facts.comments],
        }

    def _observation(self, identifier: str, concept: Coded, **more: Any) -> _Json:
        """Add an observation with what all of them share; give the reference to it."""
        category = [
            {"coding": [{"system": f"{_TERMINOLOGY}/observation-category", "code": "imaging"}]}
        ]
        resource: _Json = {
            "identifier": [_uid(identifier, "observation-uid")],
            **self._request(),
            "status": "preliminary",
            "category": category,
            "code": _concept(concept),
            "subject": self._subject,
            "issued": self._issued,
            "device": self._device,
            "derivedFrom": [self._study],
            "note": [{"text": self._facts.comments[0]}] if self._facts.comments else [],
        }
        resource["category"] += more.pop("categories", [])
        resource["note"] += more.pop("notes", [])
        resource |= more
        filled = {name: value for name, value in resource.items() if value != []}
        return self._add("Observation", identifier, filled)

    def _derived(self, name: str) -> str:
        """Name a part of the report that has no UID of its own."""
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self._facts.sop_instance_uid} {name}')}"

    def _study_flag(self) -> _Json:
        value = _concept(self._facts.flag)
        return self._observation(self._derived("flag"), _FLAG, valueCodeableConcept=value)

    def _group(self, image: ImageFinding) -> _Json:
        name = image.sop_instance_uid
        quantity = {
            "value": image.probability,
            "unit": "no units",
            "system": _SYSTEMS["UCUM"],
            "code": "1",
        }
        probability = _concept(_PROBABILITY)
        probability["text"] = f"Probability of {image.finding.meaning}, by a model"
        members = [
            self._observation(
                self._derived(f"{name} probability"),
                _PROBABILITY,
                code=probability,
                valueQuantity=quantity,
            ),
            self._observation(
                self._derived(f"{name} flag"),
                _FLAG,
                valueCodeableConcept=_concept(image.flag),
            ),
        ]
        notes = [{"text": text} for text in (*image.parameters, *image.comments)]
        site = {} if image.site is None else {"bodySite": _concept(image.site)}
        code = _concept(image.finding)
        code["text"] = f"{image.finding.meaning}: scored by a model; see the members"
        return self._observation(
            # the tracking UID is that of an image and a model, over all reports of it
            self._derived(f"{image.tracking_uid} group"),
            image.finding,
            code=code,
            categories=[_concept(_GROUP)],
            hasMember=members,
            component=[_image(name)],
            notes=notes,
            **site,
        )

    def _not_scored(self, at: int, image: UnscoredImage) -> _Json:
        reason = _concept(image.reason)
        absent = "error" if image.is_failure else "not-performed"
        reason["coding"].append({"system": f"{_TERMINOLOGY}/data-absent-reason", "code": absent})
        more = {"component": [_image(image.sop_instance_uid)]}
        return self._observation(
            self._derived(f"not scored {at}"),
            _ANALYSIS,
            dataAbsentReason=reason,
            notes=[{"text": image.detail}] if image.detail else [],
            **(more if image.sop_instance_uid else {}),
        )

    def _report(self, results: list[_Json]) -> _Json:
        facts = self._facts
        category = {"coding": [{"system": f"{_TERMINOLOGY}/v2-0074", "code": "RAD"}]}
        report: _Json = {
            "identifier": [_uid(_oid(facts.sop_instance_uid))],
            **self._request(),
            "status": "preliminary",
            "category": [category],
            "code": _concept(_REPORT),
            "subject": self._subject,
            "issued": self._issued,
            "result": results,
            "imagingStudy": [self._study],
            "conclusion": "\n".join(self._conclusion()),
        }
        if facts.study_date is not None:
            report["effectiveDateTime"] = facts.study_date.isoformat()
        return report

    def _conclusion(self) -> Iterator[str]:
        facts = self._facts
        yield f"{facts.flag.meaning}, by {facts.model_title}; not verified by a person."
        if facts.unscored:
            yield f"{len(facts.unscored)} images were not scored; see the results."
        yield from facts.comments


def _image(sop_instance_uid: str) -> _Json:
    """Name the image that was scored; R4 has no resource for a part of an imaging study."""
    return {"code": _concept(_SOURCE), "valueString": _oid(sop_instance_uid)}


def _oid(uid: str) -> str:
    return f"urn:oid:{uid}"


def _uid(value: str, kind: str = "") -> _Json:
    """Name a DICOM object (FHIR: a UID is an identifier of system urn:dicom:uid)."""
    identifier: _Json = {"system": _DICOM_UID, "value": value}
    if kind:
        identifier["type"] = {"coding": [{"system": _IDENTIFIER_TYPES, "code": kind}]}
    return identifier


def _coding(code: Coded) -> _Json:
    coding = {"system": _SYSTEMS.get(code.scheme, f"urn:dicom:scheme:{code.scheme}")}
    coding["code"] = code.value
    if code.meaning:
        coding["display"] = code.meaning
    return coding


def _concept(code: Coded) -> _Json:
    return {"coding": [_coding(code)], "text": code.meaning}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
