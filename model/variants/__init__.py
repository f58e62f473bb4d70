"""Seeded bugs, one module per upstream issue."""
