"""The Answers page: a question, its answers, and the evidence for them."""
