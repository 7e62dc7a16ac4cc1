"""The form of a plain text: its blocks, and which lines are headings."""
