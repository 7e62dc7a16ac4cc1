"""What one map shows: what the page asks for where that is new, else what the reader chose in the map."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.map.view import MapView, is_same

_NAMES = tuple(field.name for field in fields(MapView) if field.name != "percent")  # no page asks for a share


class MapMemory:
    """What one map was asked for last, and what was sent to the browser and answered to the page.

    Attributes:
        generation: Counts the views that the page asked for. What the browser tells of an earlier one is outdated.
        sent: The view that was sent to the browser.
        answered: The view that was answered to the page.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.asked: MapView | None = None
        self.answered: MapView | None = None
        self.sent: MapView | None = None

    def chosen(self, asked: MapView, told: Any, trace: Trace, *, is_command: bool = False) -> MapView:
        """Return what to show.

        Args:
            asked: What the page asks for.
            told: What the browser told last, or None where its map is a new one.
            trace: The run that the map shows.
            is_command: Whether the page asks anew, although it may have asked for the same before.
        """
        current = self.sent
        if current is not None and isinstance(told, Mapping) and told.get("generation") == self.generation:
            current = current.told(told, trace)
        elif told is None and self.answered != self.sent:
            # The browser's map is a new one, which knows only what is sent: the reader finds what they left.
            self.generation += 1
            self.sent = current = self.answered
        news = self._news(asked, () if is_command else (self.asked, self.answered))
        self.asked = asked
        if current is None or any(not is_same(name, getattr(current, name), value) for name, value in news.items()):
            self.generation += 1
            self.sent = current = asked if current is None else replace(current, **news)
        self.answered = current.within(trace)
        return self.answered

    def _news(self, asked: MapView, known: Sequence[MapView | None]) -> dict[str, Any]:
        """Return what the page asks for anew. Repeating what it asked for or was answered last commands nothing."""
        views = [view for view in known if view is not None]
        return {
            name: getattr(asked, name)
            for name in _NAMES
            if not any(is_same(name, getattr(view, name), getattr(asked, name)) for view in views)
        }

    def controls(self) -> dict[str, Any]:
        """Return what the payload tells the browser of the view: the reader's own later choices are left alone."""
        return {} if self.sent is None else {**asdict(self.sent), "generation": self.generation}
