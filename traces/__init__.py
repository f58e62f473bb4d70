"""How runs are shared: recorded, replayed, described, imported and exported."""
