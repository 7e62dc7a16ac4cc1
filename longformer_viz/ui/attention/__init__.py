"""The Attention page: a recorded run as a map, with text and heads, and what can be done with it."""
