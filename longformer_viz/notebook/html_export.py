"""What every map of a notebook can do without its cell: become an HTML page."""

from pathlib import Path
from typing import Any, Protocol

from longformer_viz.models.storage.files import save_export
from longformer_viz.notebook.shown_heads import ShownHeads


class _Map(Protocol):
    # Any stands for a value or a trait of it: a type checker does not read traits as their values here.
    @property
    def heads(self) -> ShownHeads: ...

    @property
    def layer(self) -> Any: ...

    @property
    def head(self) -> Any: ...

    @property
    def theme(self) -> Any: ...

    @property
    def selected_token(self) -> Any: ...

    def to_html(self) -> bytes: ...


class HtmlExport:
    """A map that can be written to an HTML file, as a base class."""

    __slots__ = ()

    def to_html(self: _Map) -> bytes:
        """Return the map as one HTML page that opens offline."""
        return self.heads.html(self.layer, self.head, self.theme, self.selected_token)

    def save(self: _Map, path: str | Path) -> None:
        """Write the map to an HTML file that opens offline.

        Args:
            path: The file.

        Raises:
            InputError: If the file is not writable, or the disk is full. An earlier file stays as it was.
        """
        save_export(Path(path), self.to_html())
