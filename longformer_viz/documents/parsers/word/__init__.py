"""The text of Word documents, and of all that they are made of."""

from longformer_viz.documents.parsers.word.document import read

__all__ = ["read"]
