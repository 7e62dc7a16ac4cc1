"""Data sets, fine-tuning of adapters, judging them on held-out documents, and shipping them."""
