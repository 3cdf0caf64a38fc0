"""The form that units fill in offline."""
