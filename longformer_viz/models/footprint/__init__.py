"""The memory that a model takes, predicted before it is loaded."""
