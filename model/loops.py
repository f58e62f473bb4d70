"""Every built-in control loop, wherever its module stands: the controllers, the scheduler, the cloud's."""

from seatrial.model import cloud
from seatrial.model.controllers import CONTROLLERS
from seatrial.model.scheduler import scheduler

LOOPS = (*CONTROLLERS, scheduler.CONTROLLER, *cloud.CONTROLLERS)


def short_name(name: str) -> str:
    """What a scope may call a control loop: without "kube-" and "-controller"."""
    return name.removesuffix("-controller").removeprefix("kube-")


BY_NAME = {each.name: each for each in LOOPS} | {short_name(each.name): each for each in LOOPS}
