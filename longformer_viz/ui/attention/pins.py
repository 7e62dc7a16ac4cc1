"""Pinned runs: model, document and pattern of runs to compare with, as a link carries them.

In a link, pins are joined by "~" and the parts of a pin by ".": window, dilation and global tokens, such as
`512.1.0`, then, each after its letter, the document (d), the model (m) and the name (n), where a pin has one that is
not the page's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from longformer_viz.documents.landmarks import every_kth, paragraph_starts, sentence_starts, typed_positions
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError, check_dilation, check_window, shown
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.shared.background import run_key
from longformer_viz.ui.shared.link_param import LinkParam, whole_or_text
from longformer_viz.ui.shared.pattern_controls import depth_dilations

MAX_PINS = 8
MAX_NAME = 40
NONE, SENTENCES, PARAGRAPHS = "none", "sentences", "paragraphs"
BY_DEPTH = "paper"
_EVERY = re.compile(r"every([0-9]{1,5})")
_FEW_POSITIONS = 4
_MAX_MODEL = 300
_BUILT_IN = "-"  # of the built-in model in a link; no name of a model begins like this
_FIELDS = {"d": "document", "m": "model", "n": "name"}


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned run. Equal pins are the same run, whatever their names.

    Attributes:
        window: Window as in a link: one number, or one for each layer, joined by "_".
        dilation: Dilation in the same way, or "paper".
        globals_: Global positions and ranges joined by "_", or "none", "sentences", "paragraphs", or "every64".
        document: The first digits of the document's digest; "" in a link for the page's document.
        model: Name of the model, "" for the built-in one; in a link "" stands for the page's model.
        name: The name that the visitor gave; "" for one made from what differs.
    """

    window: str
    dilation: str
    globals_: str
    document: str = ""
    model: str = ""
    name: str = field(default="", compare=False)

    def spec(self, model: LoadedModel, tokens: Tokens) -> AttentionSpec:
        """Return the attention pattern in a document.

        Args:
            model: The pin's model.
            tokens: The pin's document.

        Raises:
            InputError: The pattern does not match the model's layers.
        """
        window = _numbers(self.window)
        dilation = depth_dilations(model) if self.dilation == BY_DEPTH else _numbers(self.dilation)
        return AttentionSpec(window, dilation, self._positions(tokens))

    def _positions(self, tokens: Tokens) -> tuple[int, ...]:
        if self.globals_ == NONE:
            return ()
        if self.globals_ == SENTENCES:
            return sentence_starts(tokens)
        if self.globals_ == PARAGRAPHS:
            return paragraph_starts(tokens)
        if every := _EVERY.fullmatch(self.globals_):
            return every_kth(tokens, int(every[1]))
        return typed_positions(self.globals_.replace("_", " "))


def pin_of(model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> Pin:
    """Return the pin of a run.

    Args:
        model: The model that ran.
        tokens: The document's tokens.
        spec: The attention pattern of the run.
    """
    is_by_depth = not isinstance(spec.dilation, int) and spec.dilation == depth_dilations(model)
    return Pin(
        _text(max(model.windows) if spec.window is None else spec.window),
        BY_DEPTH if is_by_depth else _text(spec.dilation),
        _globals_text(spec.positions_in(len(tokens)), tokens),
        run_key(model, tokens)[-1][:6],  # equal for equal tokens of one text
        "" if model.name == EMBEDDED_NAME else model.name,
    )


def pins_text(pins: Sequence[Pin], here: Pin) -> str:
    """Write pins for a link.

    Args:
        pins: The pins.
        here: The pin of the run that the page shows. What a pin has in common with it is left out.
    """
    return "~".join(_pin_text(pin, here) for pin in pins)


def read_pins(text: str, here: Pin) -> tuple[Pin, ...]:
    """Read pins from a link; bad ones are left out.

    Args:
        text: What `pins_text` wrote, or anything.
        here: The pin of the run that the page shows.
    """
    found: list[Pin] = []
    for part in filter(None, text.split("~")):
        try:
            pin = _read_pin(part)
        except InputError:
            continue
        model = here.model if not pin.model else pin.model.removeprefix(_BUILT_IN)
        pin = replace(pin, document=pin.document or here.document, model=model)
        if pin not in found:
            found.append(pin)
    return tuple(found[:MAX_PINS])


def check_pins(text: str) -> None:
    """Check the pins of a link.

    Raises:
        InputError: One of them is damaged, or they are too many.
    """
    parts = [part for part in text.split("~") if part]
    if len(parts) > MAX_PINS:
        raise InputError(f"At most {MAX_PINS} runs can be pinned; the link has {len(parts)}.")
    for part in parts:
        _read_pin(part)


PINS = LinkParam("pins", check_pins, None, is_control=False, otherwise="It is left out.")


def _read_pin(text: str) -> Pin:
    rule = "A pinned run must be window, dilation and global tokens, such as 512.1.0"
    parts = text.split(".")
    more = {part[:1]: unquote(part[1:]) for part in parts[3:]}
    if len(parts) < 3 or not set(more) <= set(_FIELDS):
        raise InputError(f"{rule}. The link has {shown(text)}. Pin the run again.")
    pin = Pin(*parts[:3], **{_FIELDS[letter]: value for letter, value in more.items()})
    try:
        for window in pin.window.split("_"):
            check_window(whole_or_text(window))
        for dilation in () if pin.dilation == BY_DEPTH else pin.dilation.split("_"):
            check_dilation(whole_or_text(dilation))
        if pin.globals_ not in (NONE, SENTENCES, PARAGRAPHS) and not _EVERY.fullmatch(pin.globals_):
            pin = replace(pin, globals_=_positions_text(typed_positions(pin.globals_.replace("_", " "))))
    except InputError as problem:
        raise InputError(f"Pinned run {shown(text)}: {problem}") from None
    is_short = len(pin.name) <= MAX_NAME and len(pin.model) <= _MAX_MODEL
    if not re.fullmatch("[0-9a-f]{6}|", pin.document) or not is_short:
        raise InputError(f"{rule}. The link has {shown(text)}. Pin the run again.")
    return pin


def _pin_text(pin: Pin, here: Pin) -> str:
    parts = [pin.window, pin.dilation, pin.globals_]
    if pin.document != here.document:
        parts.append(f"d{pin.document}")
    if pin.model != here.model:
        parts.append(f"m{_quoted(pin.model or _BUILT_IN)}")
    if pin.name:
        parts.append(f"n{_quoted(pin.name)}")
    return ".".join(parts)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace").replace(".", "%2E").replace("~", "%7E")


def _text(value: int | tuple) -> str:
    return str(value) if isinstance(value, int) else "_".join(map(str, value))


def _numbers(text: str) -> int | tuple[int, ...]:
    numbers = tuple(map(int, text.split("_")))
    return numbers[0] if len(numbers) == 1 else numbers


def _globals_text(positions: tuple[int, ...], tokens: Tokens) -> str:
    if len(positions) > _FEW_POSITIONS:
        presets = {SENTENCES: sentence_starts(tokens), PARAGRAPHS: paragraph_starts(tokens)}
        presets[f"every{positions[1]}"] = every_kth(tokens, positions[1])
        for name, preset in presets.items():
            if positions == preset:
                return name
    return _positions_text(positions)


def _positions_text(positions: Sequence[int]) -> str:
    """Return positions as numbers and ranges joined by "_", such as "0_17-20"; "none" for no position."""
    if not positions:
        return NONE
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return "_".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
