"""Measurements against rivals and physical limits; run by `make bench-...`, never by the tests."""
