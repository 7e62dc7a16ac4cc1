"""Training runs of a reader: settings, a process for each run, evaluation, and the finished model."""
