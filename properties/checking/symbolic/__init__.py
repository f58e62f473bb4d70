"""Proofs for every count: Z3 on the functions that the model itself runs."""
