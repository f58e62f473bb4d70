"""Seeded bugs: one module per upstream issue, each with its VARIANT, listed by name."""

from seatrial.model.variants import (
    a18_split_cache_update,
    b01_create_timeout,
    b02_expired_expectations,
    g01_owner_by_uid,
    i04_tracker_after_deletion,
    l12_second_container,
)
from seatrial.model.variants.variant import Variant

VARIANTS: tuple[Variant, ...] = (
    a18_split_cache_update.VARIANT,
    b01_create_timeout.VARIANT,
    b02_expired_expectations.VARIANT,
    g01_owner_by_uid.VARIANT,
    i04_tracker_after_deletion.VARIANT,
    l12_second_container.VARIANT,
)
