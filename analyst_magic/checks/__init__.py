"""Code -> findings, before anything runs; one small function for each rule."""
