"""Chest X-ray triage: DICOM studies in, likely pneumonia first. Research use, not a medical device."""
