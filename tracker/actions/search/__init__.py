"""The index of what was filed, and finding in it."""
