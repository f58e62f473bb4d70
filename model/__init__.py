"""What Kubernetes does: a pure, executable model of release 1.36 with its default feature gates."""
