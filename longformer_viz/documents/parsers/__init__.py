"""One module for each file format. Its function `read` is a `contract.Parser` and runs in a child process."""
