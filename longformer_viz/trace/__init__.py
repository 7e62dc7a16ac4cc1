"""A recorded run, and all that is computed from it: weights, heads, rollout, captured mass, other patterns."""
