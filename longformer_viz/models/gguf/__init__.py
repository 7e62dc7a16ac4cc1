"""Models from GGUF files, and the built-in language model, which comes as one."""
