"""Results as messages for systems that do not read DICOM: HL7 v2 and FHIR.

Both are made from the structured report, so that they say what it says and nothing else.
"""
