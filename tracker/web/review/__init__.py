"""The review queue, gathering, findings and appeals."""
