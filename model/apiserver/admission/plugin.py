"""What an admission plugin is: a record with what it handles, and the functions that change or refuse a request."""

from collections.abc import Callable

import attrs

from seatrial.model.apiserver.request import Request
from seatrial.model.client.calls import Reply
from seatrial.model.system import System
from seatrial.model.view import View

Admit = Callable[[View, System, Request], Request | Reply]
EVERYTHING = "*"


@attrs.frozen
class Plugin:
    """One admission plugin.

    `operations`: CREATE, UPDATE, DELETE. `resources`: with their subresources, as `pods/binding`; "*" for all.
    `mutate` may change the object, `validate` sees its final form; either may refuse the request.
    """

    name: str
    operations: tuple[str, ...]
    resources: tuple[str, ...] = (EVERYTHING,)
    mutate: Admit | None = None
    validate: Admit | None = None

    def handles(self, operation: str, resource: str, subresource: str) -> bool:
        """Is this plugin asked?"""
        path = f"{resource}/{subresource}" if subresource else resource
        return operation in self.operations and (EVERYTHING in self.resources or path in self.resources)
