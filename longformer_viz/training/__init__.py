"""Data sets, fine-tuning of adapters, their evaluation on held-out documents, and how they are shipped."""
