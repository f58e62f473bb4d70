"""What must never happen, by subject: one module each, with its PROPERTIES, listed by name."""

from seatrial.properties.safety import pods, watches

MODULES = (pods, watches)
