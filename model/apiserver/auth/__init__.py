"""Who asks, and whether they may: bearer tokens, component identities, RBAC."""
