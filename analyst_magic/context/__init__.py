"""Question and namespace -> ``Context``: which frames matter, what is known of them, what a model may be told."""
