"""What units write: drafts, filing, forms, attachments, materials."""
