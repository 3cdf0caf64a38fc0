"""Downloads, accounts and Word templates."""
