"""The cloud controller manager and the fallible cloud under it."""
