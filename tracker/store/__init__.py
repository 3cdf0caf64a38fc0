"""Selects and writes, by noun. Nothing here commits, decides or reads the clock."""
