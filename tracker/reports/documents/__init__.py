"""Word files from templates, and PDF."""
