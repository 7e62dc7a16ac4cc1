"""Results as files to download: rows of tables, CSV, JSON, NPZ and HTML."""
