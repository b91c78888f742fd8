"""The turn: a question goes through context, model, checks, sandbox and repair, and comes out answered."""
