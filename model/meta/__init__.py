"""What every object shares: labels, quantities, object metadata, conditions, patches."""
