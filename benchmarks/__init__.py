"""Measure packager beside its peers, whole processes on the same text: `python -m benchmarks`."""
