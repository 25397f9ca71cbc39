"""What performance claims rest on. Each module is one command; results stand in RESULTS.md."""
