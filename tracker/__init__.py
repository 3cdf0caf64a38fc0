"""Duban 督办: holds departments to what a policy promised."""

__version__ = "0.1.0"
