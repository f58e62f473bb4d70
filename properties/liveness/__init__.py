"""What must happen in the end, by subject: one module each, with its PROPERTIES, listed by name."""

from seatrial.properties.liveness import deletion, informers, machines, replicas, scheduling, traffic

MODULES = (deletion, informers, machines, replicas, scheduling, traffic)
