"""Files of every format as the same blocks, lines and grids; what must not be read is refused here."""
