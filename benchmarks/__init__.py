"""Benchmarks: `python -m benchmarks.attention`, `.model`, `.training`; each with `--json`, `--quick`, `--device`."""
