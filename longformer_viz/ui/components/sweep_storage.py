"""Keeps a reader's own sweeps in the browser, where all its tabs find them after a reload or a restart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script

_component = component("longformer_viz_sweep_storage", html="<span hidden></span>", js=script("sweep_storage"))
_KEY = "sweep_storage"


@dataclass(frozen=True, slots=True)
class KeptSweeps:
    """What the browser keeps.

    Attributes:
        texts: The JSON of each sweep by its id.
        fingerprint: A text that differs where the sweeps differ.
        failed: Ids of sweeps that the browser had no room for.
    """

    texts: dict[str, str]
    fingerprint: str
    failed: tuple[str, ...]


def sweep_storage(
    changes: Mapping[str, str | None], known: str | None, wanted: bool, take: Callable[[KeptSweeps], None]
) -> None:
    """Keep and delete sweeps in the browser, and take what it keeps.

    Args:
        changes: By id, the JSON of a sweep to keep, or None to delete it. Name a change until `take` shows it.
        known: The fingerprint of what `take` got last; None at first.
        wanted: Whether the page waits for the first answer even where the browser keeps nothing.
        take: Called before the script runs, when the browser keeps something else or was given changes.
    """

    def on_told() -> None:
        if (kept := read_told(st.session_state[_KEY].told)) is not None:
            take(kept)

    data = {"changes": dict(changes), "known": known, "wanted": wanted}
    _component(key=_KEY, data=data, on_told_change=on_told, height=1)


def read_told(told: object) -> KeptSweeps | None:
    """Read the browser's message; None for one that is none.

    Args:
        told: The message.
    """
    if not isinstance(told, Mapping):
        return None
    texts, fingerprint, failed = (told.get(name) for name in ("sweeps", "fingerprint", "failed"))
    if not isinstance(texts, Mapping) or not isinstance(fingerprint, str) or not isinstance(failed, list):
        return None
    return KeptSweeps(
        {key: text for key, text in texts.items() if isinstance(key, str) and isinstance(text, str)},
        fingerprint,
        tuple(each for each in failed if isinstance(each, str)),
    )
