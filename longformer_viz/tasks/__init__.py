"""Answer questions and classify documents, compare strategies for long documents, and find the evidence."""
