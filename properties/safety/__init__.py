"""Properties that must hold in every state, by subject."""
