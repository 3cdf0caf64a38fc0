"""Re-assignment, close-out and instructions."""
