"""Names of pinned runs, made from what differs between them."""

from collections import Counter
from collections.abc import Sequence

from longformer_viz.ui.attention.pins import BY_DEPTH, NONE, PARAGRAPHS, SENTENCES, Pin
from longformer_viz.ui.shared.formatting import span

# Of several values that are equally frequent this one needs no mention. A window always does.
_UNMENTIONED = {"dilation": "1", "globals_": "0", "model": ""}
_LONGEST = 24
_ASPECTS = ("window", "dilation", "globals_", "model")


def run_names(pins: Sequence[Pin]) -> tuple[str, ...]:
    """Return the name of each pinned run: the visitor's, or what differs from the most frequent settings.

    Args:
        pins: Different runs.
    """
    if not pins:
        return ()
    usual = {aspect: _usual(aspect, [getattr(pin, aspect) for pin in pins]) for aspect in _ASPECTS}
    globals_ = {pin.globals_ for pin in pins}
    is_exact = len(set(map(_globals_words, globals_))) < len(globals_)  # as many tokens, but others

    def differing(pin: Pin) -> str:
        return ", ".join(
            _words(pin, aspect, is_exact) for aspect in _ASPECTS if getattr(pin, aspect) != usual[aspect]
        )

    named = [pin.name or differing(pin) for pin in pins]
    for index, (pin, name) in enumerate(zip(pins, named, strict=True)):
        others = [*named[:index], *named[index + 1 :]]
        if not name or name in others:
            named[index] = _unlike(pin, others, is_exact)
    return tuple(named)


def run_name(pin: Pin) -> str:
    """Return a name of one run: its window, and what else is not as usual."""
    return run_names((pin,))[0]


def _usual(aspect: str, values: Sequence[str]) -> str | None:
    """Return the value that needs no mention: the most frequent one; None where each has to be mentioned."""
    (most, often), *rest = Counter(values).most_common()
    if often > 1 and not (rest and rest[0][1] == often):
        return most
    unmentioned = _UNMENTIONED.get(aspect)
    return unmentioned if unmentioned in values else None


def _unlike(pin: Pin, others: Sequence[str], is_exact: bool) -> str:
    """Return as few settings of a run as tell it from other names."""
    words = [_words(pin, aspect, is_exact) for aspect in _ASPECTS]
    for count in range(1, len(words) + 1):
        if (name := ", ".join(words[:count])) not in others:
            return name
    number = next(number for number in range(2, len(others) + 3) if f"{words[0]} ({number})" not in others)
    return f"{words[0]} ({number})"


def _words(pin: Pin, aspect: str, is_exact: bool) -> str:
    if aspect == "window":
        return f"window {_range(pin.window)}"
    if aspect == "dilation":
        return "dilation by depth" if pin.dilation == BY_DEPTH else f"dilation {_range(pin.dilation)}"
    if aspect == "model":
        return pin.model or "built-in model"
    return _positions_words(pin.globals_) if is_exact else _globals_words(pin.globals_)


def _range(text: str) -> str:
    return span([int(value) for value in text.split("_")])


def _globals_words(text: str) -> str:
    words = {NONE: "no global tokens", SENTENCES: "global sentence starts", PARAGRAPHS: "global paragraph starts"}
    if text in words:
        return words[text]
    if text.startswith("every"):
        return f"every {int(text.removeprefix('every')):,} tokens global"
    count = 0
    for part in text.split("_"):
        first, _, last = part.partition("-")
        count += int(last or first) - int(first) + 1
    return "1 global token" if count == 1 else f"{count:,} global tokens"


def _positions_words(text: str) -> str:
    if not text[:1].isdecimal():
        return _globals_words(text)
    positions = text.replace("_", ", ")
    return f"global tokens {positions if len(positions) <= _LONGEST else positions[:_LONGEST] + '…'}"
