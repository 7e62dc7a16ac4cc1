"""Loading, conversion and running of models; `small.py` makes the checkpoints."""
