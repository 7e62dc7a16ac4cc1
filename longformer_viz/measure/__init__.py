"""Memory and time against length: predicted from formulas, measured in processes of their own."""
