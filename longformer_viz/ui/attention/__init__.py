"""The Attention page: the map of a run, its text and heads, other views of the run, and downloads."""
