"""Units and their names, groups, merges, and the feed of their due days."""
