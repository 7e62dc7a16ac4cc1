"""A recorded run, and what is computed from it: weights, heads, rollout, captured mass, other patterns."""
