"""Reminders, outgoing and incoming mail."""
