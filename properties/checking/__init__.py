"""Engines that search the model for a broken property, and the verdicts they give."""
