"""Rounds as documents: compiling, rendering, publishing."""
