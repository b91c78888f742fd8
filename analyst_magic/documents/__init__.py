"""Files that the sandbox made, kept beside the notebook."""
