"""Where files are written and databases are opened: whole or not at all, and readable by their owner alone."""
