"""Units, groups and merges."""
