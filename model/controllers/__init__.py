"""Every control loop of the cluster: one module each, with its CONTROLLER, listed by name."""

from seatrial.model.controllers import (
    deployment,
    endpointslice,
    garbagecollector,
    namespace,
    nodelifecycle,
    replicaset,
    serviceaccount,
    tainteviction,
)

CONTROLLERS = (
    deployment.CONTROLLER,
    endpointslice.CONTROLLER,
    garbagecollector.CONTROLLER,
    namespace.CONTROLLER,
    nodelifecycle.CONTROLLER,
    replicaset.CONTROLLER,
    serviceaccount.CONTROLLER,
    tainteviction.CONTROLLER,
)
