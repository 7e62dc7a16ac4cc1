"""Documents: the text of an upload or a paste, made safe to show and to tokenise."""

from longformer_viz.documents.reading import clean_text, read_upload

__all__ = ["clean_text", "read_upload"]
