"""Pictures of terms, and pages to print for a class."""
