"""The text of OpenDocument files."""

from longformer_viz.documents.parsers.open_document.document import read

__all__ = ["read"]
