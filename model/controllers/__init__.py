"""Every control loop of the cluster: one module each, with its CONTROLLER, listed by name."""

from seatrial.model.controllers import replicaset

CONTROLLERS = (replicaset.CONTROLLER,)
