"""What leaves: delivery, templates of mails."""
