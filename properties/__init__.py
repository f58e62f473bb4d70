"""What must hold of the model, and how it is checked."""
