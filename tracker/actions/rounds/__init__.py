"""Rounds: opening, closing, extensions, plans, comparisons, the leader's brief."""
