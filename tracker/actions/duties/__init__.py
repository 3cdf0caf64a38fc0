"""Duties that change: re-assignment, close-out, instructions."""
