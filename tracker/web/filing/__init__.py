"""A unit's pages: filing, drafts, forms, attachments, receipts."""
