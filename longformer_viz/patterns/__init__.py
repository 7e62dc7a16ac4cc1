"""Which pairs of tokens may attend to each other: one file a system."""
