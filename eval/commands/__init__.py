"""The commands of `eval`: each parses, calls and prints. What they do lives in the other modules, imported only where needed."""
