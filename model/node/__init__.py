"""The node: kubelet, container runtime and probes."""
