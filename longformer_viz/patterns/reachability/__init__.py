"""What receptive fields are counted by: further global tokens, and formulas."""
