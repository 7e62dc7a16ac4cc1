"""The Train page: a new run, and the runs there are."""
