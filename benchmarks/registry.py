"""Which measurement is made where; the names are a stable interface."""

from __future__ import annotations

__all__ = ["BENCHMARKS"]

BENCHMARKS: dict[str, str] = {
    "scan_vs_keras_loop": "benchmarks.scanning:measure_keras_loop",
    "scan_vs_bare_limit": "benchmarks.scanning:measure_bare_limit",
    "scan_growth": "benchmarks.scanning:measure_growth",
    "worker_memory_mb": "benchmarks.scanning:measure_worker_memory",
    "list_100k_first_rows_ms": "benchmarks.worklist_list:measure_first_rows",
    "list_100k_sort_ms": "benchmarks.worklist_list:measure_sorting",
    "viewer_frame_ms": "benchmarks.viewer_frame:measure",
    "start_seconds": "benchmarks.start_window:measure_start",
    "open_close_growth_mb": "benchmarks.endurance:measure_endurance",
    "arrival_to_row_ms": "benchmarks.arrival_to_row:measure",
    "receive_vs_storescp": "benchmarks.receive_vs_storescp:measure_receiver",
}
"""By name: module and function. A function yields the figure of that name first, and may yield
others that explain it, under names that begin like it."""
