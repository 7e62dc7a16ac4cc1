"""Documents: read the text of an upload or a paste, and make it safe to show and to tokenize."""

from longformer_viz.documents.reading import (
    PicturePagesError,
    ReadDocument,
    ReadOptions,
    clean_text,
    ocr_is_available,
    read_document,
    read_upload,
)

__all__ = [
    "PicturePagesError",
    "ReadDocument",
    "ReadOptions",
    "clean_text",
    "ocr_is_available",
    "read_document",
    "read_upload",
]
