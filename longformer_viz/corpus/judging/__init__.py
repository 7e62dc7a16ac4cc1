"""Judge the answers of a corpus by right answers: scores with intervals, mistakes by cause, a recommendation."""
