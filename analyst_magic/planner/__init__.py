"""The rule-based reader: a question in plain words -> a query plan -> a program, with no model."""
