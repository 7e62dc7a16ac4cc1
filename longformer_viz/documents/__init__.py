"""Documents: the text of an upload or a paste, made safe to show and to tokenize."""

from longformer_viz.documents.reading import (
    ReadDocument,
    ReadOptions,
    clean_text,
    ocr_is_available,
    read_document,
    read_upload,
)

__all__ = ["ReadDocument", "ReadOptions", "clean_text", "ocr_is_available", "read_document", "read_upload"]
