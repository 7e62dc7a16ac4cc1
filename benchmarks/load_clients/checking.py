"""Whether what a session received is the library's own result for its document and settings.

A payload is checked in two steps, so that the clients take little time from the server: at once its document, head
and pattern, and after the load its weights, of which some rows are kept.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from longformer_viz import AttentionSpec, answer, load, run
from longformer_viz.tasks.agreement import finds_none
from longformer_viz.widget.payload import decode
from tests.widget.decoding import weights_of

_ROWS = 16
# A code is exact to 1.84%, and 0 below 1e-4; the rest is for sums that threads do in another order.
_RELATIVE, _ABSOLUTE = 0.025, 1.5e-4
_PERCENT = 1  # by which a rounded probability may differ


@dataclass(frozen=True, slots=True)
class Settings:
    """What a session has chosen.

    Attributes:
        text: Its document.
        window: The window of the pattern; None for the model's own.
        layer: The layer that its map shows.
        head: The head that its map shows.
    """

    text: str
    window: int | None = None
    layer: int = 2
    head: int = 0

    @property
    def spec(self) -> AttentionSpec:
        """The attention pattern."""
        return AttentionSpec(window=self.window, global_positions=(0,))


@dataclass(frozen=True, slots=True)
class SeenMap:
    """What a payload of the map showed.

    Attributes:
        layer: The layer.
        head: The head.
        window: The window of the controls beside it.
        tokens: The number of tokens.
        digest: Of the document.
        pieces: Digest of the tokens' texts.
        rows: The positions of the kept rows.
        band: Their codes inside the window, `[rows, 2 * half + 1]`.
        columns: Their codes on the global tokens, `[rows, globals]`.
        global_rows: The codes of the global tokens, `[globals, tokens]`.
        controls: What the payload told of the map's controls.
        layers: The model's number of layers.
        heads: The number of heads in a layer.
    """

    layer: int
    head: int
    window: int
    tokens: int
    digest: bytes
    pieces: bytes
    rows: np.ndarray
    band: np.ndarray
    columns: np.ndarray
    global_rows: np.ndarray
    controls: dict[str, Any]
    layers: int
    heads: int


def seen_map(payload: bytes) -> SeenMap:
    """Return what is kept of a payload.

    Args:
        payload: The bytes that the map's component received.

    Raises:
        InputError: The bytes are damaged.
    """
    part = decode(payload)
    header, arrays = part.header, part.arrays
    view, tokens = header["views"][0], header["tokens"]
    rows = np.unique(np.linspace(0, tokens - 1, _ROWS).astype(int))
    return SeenMap(
        view["layer"],
        view["head"],
        view["window"],
        tokens,
        _digest(arrays["text"].tobytes()),
        _digest(arrays["pieces"].tobytes()),
        rows,
        arrays[view["arrays"]["band"]][rows].copy(),
        arrays[view["arrays"]["columns"]][rows].copy(),
        arrays[view["arrays"]["rows"]].copy(),
        header["controls"],
        header["layers"],
        header["heads"],
    )


def shows(seen: SeenMap, settings: Settings) -> bool:
    """Return whether a map shows the document, head and window of a session.

    Args:
        seen: What the payload showed.
        settings: What the session has chosen.
    """
    return (
        seen.digest == _digest(settings.text.encode())
        and (seen.layer, seen.head) == (settings.layer, settings.head)
        and settings.window in (None, seen.window)
    )


@dataclass(frozen=True, slots=True)
class SeenAnswers:
    """What the Answers page showed.

    Attributes:
        text: The document without its spaces.
        passages: Text and per cent of each answer, best first.
        none_percent: Per cent of "no answer".
        is_none_first: Whether "no answer" was the first row.
    """

    text: str
    passages: tuple[tuple[str, int], ...]
    none_percent: int
    is_none_first: bool


def seen_answers(data: str) -> SeenAnswers:
    """Return what is kept of the text with marked answers.

    Args:
        data: The JSON that its component received.
    """
    found = json.loads(data)
    text = "".join(part[0] for *_, parts in found["blocks"] for part in parts)
    rows = [(text, int(told.rstrip("%") or -1), kind) for _, text, _, told, _, kind, _ in found["rows"]]
    passages = tuple((text, percent) for text, percent, kind in rows if kind == "passage")
    none = [percent for _, percent, kind in rows if kind != "passage"]
    is_none_first = bool(rows) and rows[0][2] != "passage"
    return SeenAnswers("".join(text.split()), passages, none[0] if none else -1, is_none_first)


def is_map_right(seen: SeenMap, settings: Settings) -> bool:
    """Return whether a map has the library's weights. Maps of one run that follow one another share its cost.

    Args:
        seen: What the payload showed.
        settings: What the session had chosen.
    """
    trace = _trace(settings.text, settings.window)
    weights = trace.band(settings.layer, settings.head)
    half = (seen.band.shape[1] - 1) // 2
    middle = weights.band.shape[1] // 2
    band = weights.band[seen.rows][:, middle - half : middle + half + 1].numpy()
    pieces = json.dumps(list(trace.tokens.pieces), ensure_ascii=False).encode()
    return (
        shows(seen, settings)
        and seen.pieces == _digest(pieces)
        and seen.tokens == len(trace.tokens)
        and half == min(weights.band.shape[1] // 2, seen.tokens - 1)
        and _agree(seen.band, band)
        and _agree(seen.columns, weights.columns[seen.rows].numpy())
        and _agree(seen.global_rows, weights.rows.numpy())
    )


def are_answers_right(seen: SeenAnswers, settings: Settings, question: str) -> bool:
    """Return whether the page showed the library's answers.

    Args:
        seen: What the page showed.
        settings: What the session had chosen.
        question: The question.
    """
    answers = answer(_model("qa"), question, settings.text, settings.spec)
    expected = [(each.text, 100 * each.probability) for each in answers]
    return (
        seen.text == "".join(settings.text.split())
        and [text for text, _ in seen.passages] == [text for text, _ in expected]
        and all(_is_near(told, value) for (_, told), (_, value) in zip(seen.passages, expected, strict=True))
        and _is_near(seen.none_percent, 100 * (answers.none_probability or 0.0))
        and seen.is_none_first == finds_none(answers)
    )


def in_runs(checks: Iterable[Any]) -> list[Any]:
    """Return checks, or whatever has `settings`, in an order in which those of one run follow one another."""
    return sorted(checks, key=lambda check: (check.settings.text, check.settings.window or 0))


def _agree(codes: np.ndarray, weights: np.ndarray) -> bool:
    return codes.shape == weights.shape and np.allclose(weights_of(codes), weights, rtol=_RELATIVE, atol=_ABSOLUTE)


def _is_near(percent: int, value: float) -> bool:
    return abs(percent - value) <= _PERCENT


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


_last_run: dict[tuple[str, int | None], Any] = {}


def _trace(text: str, window: int | None) -> Any:
    key = (text, window)
    if key not in _last_run:
        _last_run.clear()
        _last_run[key] = run(_model(None), text, Settings(text, window).spec)
    return _last_run[key]


@cache
def _model(task: str | None) -> Any:
    return load(task=task)
