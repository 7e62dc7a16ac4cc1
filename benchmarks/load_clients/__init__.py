"""The visitors of the load benchmark: their protocol, what they do, and how their answers are checked."""
