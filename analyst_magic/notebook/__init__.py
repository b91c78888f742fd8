"""The cell and line magics, and the parser of their cells."""
