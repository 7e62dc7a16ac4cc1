"""Banded attention with global tokens: the public function, its oracle, and the kernels."""
