"""The text of a PDF, read with PDFium: one module for each step from the page to paragraphs."""

from longformer_viz.documents.parsers.pdf.reader import read

__all__ = ["read"]
