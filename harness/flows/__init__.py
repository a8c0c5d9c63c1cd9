"""Business processes run on both systems, with the current system as the oracle."""
