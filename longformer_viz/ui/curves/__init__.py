"""The Curves page: its views, controls and results."""
