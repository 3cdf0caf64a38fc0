"""What becomes of a text: review, findings, appeals, scores."""
