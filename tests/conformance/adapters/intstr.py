"""IntOrString: percentages of a total."""

from typing import Any

from seatrial.model.meta.intstr import (
    IntOrStringError,
    get_percentage,
    get_scaled_value_from_int_or_percent,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case


def run_scaled_value(case: Case) -> dict[str, Any]:
    """The scaled value, or the error and 0."""
    given = case.input
    try:
        scaled = get_scaled_value_from_int_or_percent(given["value"], given["total"], given["round_up"])
    except IntOrStringError as error:
        return {"error": str(error), "scaled": 0}
    return {"error": None, "scaled": scaled}


def run_upstream_scaled_value(case: Case) -> dict[str, Any]:
    """Whether there is an error, and the scaled value."""
    given = case.input
    try:
        scaled = get_scaled_value_from_int_or_percent(given["input"], given["total"], given["roundUp"])
    except IntOrStringError:
        return {"expectErr": True, "expectVal": 0}
    return {"expectErr": False, "expectVal": scaled}


def run_get_int(case: Case) -> dict[str, Any]:
    """The number of a percentage or of an integer."""
    value = case.input["input"]
    try:
        number = get_percentage(value) if isinstance(value, str) else value
    except IntOrStringError:
        return {"expectErr": True, "expectVal": 0, "expectPerc": False}
    return {"expectErr": False, "expectVal": number, "expectPerc": isinstance(value, str)}


ADAPTERS = (
    Adapter("controllers/intstr", "scaled_value", run_scaled_value),
    Adapter("intstr", "get_int_from_int_or_string", run_get_int),
    Adapter("intstr", "scaled_value_from_int_or_percent", run_upstream_scaled_value),
)
