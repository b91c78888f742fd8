"""``Context`` -> ``Reply``: OpenAI-compatible endpoints, and the offline planner."""
