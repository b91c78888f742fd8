"""What stays of a turn: the lock, which makes a notebook run again without a model."""
