"""The Compare page: patterns side by side, captured mass, reach, and the table of systems."""
