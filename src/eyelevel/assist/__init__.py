"""The port to a language model: optional, asked by a person, never able to send. What it says is held against its quotes."""
