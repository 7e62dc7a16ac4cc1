"""Labels of documents: their scores, the sentences that decide them, and the distance from training data."""
