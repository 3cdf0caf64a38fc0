"""One round of which every figure was worked out by hand: see `round`."""
