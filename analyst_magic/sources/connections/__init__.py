"""Databases as data in scope: what they hold, and how a checked statement runs on them. One file an engine family."""
