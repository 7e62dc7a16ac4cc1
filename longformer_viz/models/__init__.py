"""Loading models, the embedded default, conversion of other checkpoints, and one document through one model."""
