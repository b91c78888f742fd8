"""SQL on a connection: which statements may run, and how one that may is run on the engine that holds the data."""
