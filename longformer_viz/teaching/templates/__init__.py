"""The templates of the pool: one file for each topic."""
