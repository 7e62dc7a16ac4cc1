"""Python lines that reproduce with the public API what a page shows; each function returns text."""
