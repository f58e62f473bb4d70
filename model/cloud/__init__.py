"""The cloud and its controller manager: a fallible provider, and the controllers that ask it."""

from seatrial.model.cloud import provider, service

STEPS = provider.STEPS
CONTROLLERS = (service.CONTROLLER,)
