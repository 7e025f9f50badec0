"""Measurements: `make bench`. Nothing here is imported by exportcheck."""
