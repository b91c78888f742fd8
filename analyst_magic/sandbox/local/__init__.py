"""Sandboxes without an engine: the system's own namespaces, Landlock, seccomp and limits."""
