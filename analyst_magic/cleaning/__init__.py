"""What makes content of a sandbox harmless, wherever it is shown or saved: its text, its drawings, its file names."""
