"""What comes in: mails, the forms in them, and the answers."""
