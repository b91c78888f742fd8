"""Files and databases on the user's disk: how they are opened, written and protected."""
