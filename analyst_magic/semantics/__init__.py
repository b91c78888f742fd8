"""What a team has agreed on: metrics, fields and relationships, read from files beside the notebook."""
