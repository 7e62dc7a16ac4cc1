"""Train position embeddings past the trained length by self-distillation, and measure how well far passages agree."""
