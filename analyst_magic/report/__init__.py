"""Executed notebooks as reports."""
