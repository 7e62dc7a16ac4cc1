"""Numbers in the words of the lesson."""

_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def size_text(count: float) -> str:
    """Return a number of bytes with its unit, three digits at most."""
    for scale, unit in _UNITS:
        if count >= scale:
            value = count / scale
            return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
    return f"{count:.0f} bytes"


def share_text(share: float) -> str:
    """Return a share as per cent, with one decimal below 10% and close to 100%."""
    if 0 < share < 0.0005:
        return "under 0.1%"
    if 0.9995 <= share < 1:
        return "over 99.9%"
    return f"{share:.0%}" if 0.0995 <= share < 0.9945 or share in (0, 1) else f"{share:.1%}"


def count_text(count: float) -> str:
    """Return a whole number with commas; from a million on, in millions or billions."""
    for scale, word in ((1e9, "billion"), (1e6, "million")):
        if count >= scale:
            return f"{count / scale:.1f} {word}"
    return f"{count:,.0f}"
