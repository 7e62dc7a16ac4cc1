"""Load models, convert checkpoints to Longformer, keep loaded models, and run one document."""
