"""Object types by API group, each with its defaults and its validation."""
