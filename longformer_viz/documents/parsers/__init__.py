"""One module per file format, each with `read(data, limits, options) -> ReadDocument`; run in a child process."""
