"""The Labels page: labels with probabilities, and the sentences that decide."""
