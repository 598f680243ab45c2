"""Ratios against baselines, each measured in one run with its baseline; never part of the tests.

``make bench``, or ``python -m benchmarks [NAME ...] [--json FILE]``, runs each of
`benchmarks.registry.BENCHMARKS` in a process of its own, prints one table, and writes JSON.

To add a measurement: write a module with a function that takes nothing and yields
`benchmarks.measurement.Measurement`, the first of them under the measurement's own name, and name
the two in `BENCHMARKS` as ``"name": "benchmarks.module:function"``. Where the machine lacks
something that it needs, the function raises `NotMeasuredError` with a sentence. What takes part of
the figure away, such as the making of the files, is done before the clock starts; baseline and ours
take turns, so that what else the machine does meets both.
"""
