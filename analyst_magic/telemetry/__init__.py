"""Traces, metrics and logs of turns, for the exporters that the settings name."""
