"""Seeded bugs: one module per upstream issue, each with its VARIANT, listed by name."""

from seatrial.model.variants.variant import Variant

VARIANTS: tuple[Variant, ...] = ()
