"""What ``%analyst X`` and ``analyst X`` both do; each returns a value to show."""
