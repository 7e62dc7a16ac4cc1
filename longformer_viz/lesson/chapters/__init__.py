"""The chapters of the lesson, one file a chapter or two."""
