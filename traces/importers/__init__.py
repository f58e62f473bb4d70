"""What comes in: manifests and recordings of real clusters."""
