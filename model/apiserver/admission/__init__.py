"""Admission plugins, in the order in which the API server calls them."""
