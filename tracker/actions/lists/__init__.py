"""Task lists: importing, versions, rules, indicators that a document states."""
