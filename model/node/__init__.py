"""Nodes: the machine, its container runtime, its kubelet and its kube-proxy."""

from seatrial.model.node import heartbeat, probes, runtime

STEPS = (*runtime.STEPS, *probes.STEPS, *heartbeat.STEPS)
