"""What makes content of a sandbox harmless, wherever it is shown or kept: its text, its drawings, its file names."""
