"""Chest X-ray triage: DICOM studies in, likely pneumonia first.

Research use only, not a medical device.
"""
