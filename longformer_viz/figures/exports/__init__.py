"""Results as rows of tables, CSV, JSON, NPZ and HTML files."""
