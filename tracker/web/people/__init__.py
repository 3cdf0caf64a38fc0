"""Accounts, keys, contacts and signing in."""
