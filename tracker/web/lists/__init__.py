"""Task lists: import, rules, versions, indicators, the year plan."""
