"""Seeded bugs: one module per upstream issue, each with its VARIANT, listed by name."""

from seatrial.model.variants import b01_create_timeout, b02_expired_expectations
from seatrial.model.variants.variant import Variant

VARIANTS: tuple[Variant, ...] = (b01_create_timeout.VARIANT, b02_expired_expectations.VARIANT)
