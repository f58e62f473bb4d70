"""Exhaustive exploration: every reachable state of a scope, at the speed of compiled loops."""
