"""Count models beside the model of objects, one comparison in each module."""
