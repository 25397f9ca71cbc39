"""The hot path of listening: pure functions from a batch of words and an index of watches to hits. No Django here."""
