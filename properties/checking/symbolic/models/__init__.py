"""The models that proofs are about: plain Python over counts, calling the decisions that the controllers make."""
