"""Task tables: headers, rows, and the closing note with its reporting rules."""
