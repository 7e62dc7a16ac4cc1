"""The Answers page: a question, its answers, and what they rest on."""
