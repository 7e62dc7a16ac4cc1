"""The text of a cell of a table, whatever type its format gives it."""

import math
from typing import Any


def cell_text(cell: Any) -> str | None:
    """Return a cell as text; "" for an empty one, None for one that is no text, such as a list or an image.

    Args:
        cell: The cell. A number is a text, and NaN is an empty cell. Some programs store texts as bytes of UTF-8.
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bytes):
        try:
            return cell.decode()
        except UnicodeDecodeError:
            return None
    return None if isinstance(cell, list | tuple | dict | set) else str(cell)
