"""Properties that must hold in the end, by subject."""
