"""Accounts, contacts, signing in."""
