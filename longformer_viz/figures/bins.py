"""Many tokens in few columns: each bin shows its largest value, so that no token is lost."""

from itertools import pairwise

import numpy as np


def strongest_by_bin(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the largest value of each bin.

    Args:
        values: Values `[rows, n]`.
        size: Most bins. They have about the same width.

    Returns:
        The positions of the largest values `[rows, m]`, and the bins' edges `[m + 1]`.
    """
    length = values.shape[1]
    count = min(size, length)
    edges = np.arange(count + 1) * length // count
    places = np.stack([start + values[:, start:stop].argmax(1) for start, stop in pairwise(edges)], 1)
    return places, edges
