"""What a turn gives: figures, tables, documents, images and text, and how each shows itself."""
