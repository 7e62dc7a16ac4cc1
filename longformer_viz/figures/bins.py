"""Many tokens in few columns: the strongest of each bin, so that no single one vanishes."""

from itertools import pairwise

import numpy as np


def strongest_by_bin(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The place of the largest in each of at most `size` bins of about equal width, and the bins' edges.

    values: [rows, n]. Returns places [rows, m] and edges [m + 1].
    """
    length = values.shape[1]
    count = min(size, length)
    edges = np.arange(count + 1) * length // count
    places = np.stack([start + values[:, start:stop].argmax(1) for start, stop in pairwise(edges)], 1)
    return places, edges
