"""Results as DICOM instances that other vendors' software reads; always a new series.

Everything is written with highdicom. `writing.write_results` is the way in.
"""
