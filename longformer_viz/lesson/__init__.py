"""The lesson: chapters, their pictures and predictions as data. Every number comes from the library."""
