"""The program inside the sandbox. It imports nothing of the host's."""
