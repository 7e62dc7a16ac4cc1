"""The text of Word documents: one module for each thing that they consist of."""

from longformer_viz.documents.parsers.word.document import read

__all__ = ["read"]
