"""What the codes of the map stand for, as the browser reads them; written apart from the encoding."""

import numpy as np

from longformer_viz.widget.map_views import FAULT, FLOOR

LEVELS = 126


def weights_of(codes: np.ndarray) -> np.ndarray:
    """Return the weights that codes stand for, float32; NaN for a code that is not a number."""
    table = FLOOR * FLOOR ** -((np.arange(256) - 1) / 253)
    table[0], table[FAULT] = 0, np.nan
    return table.astype(np.float32)[codes]


def differences_of(codes: np.ndarray) -> np.ndarray:
    """Return the differences that codes stand for, float32; NaN for a code that is not a number."""
    number = np.arange(256)
    table = np.where(number % 2, -FLOOR, FLOOR) * FLOOR ** -(((number + 1) // 2 - 1) / LEVELS)
    table[0], table[FAULT] = 0, np.nan
    return table.astype(np.float32)[codes]
