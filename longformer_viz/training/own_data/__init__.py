"""A reader's own documents with labels or questions: files, faults, the split, and a preview."""
