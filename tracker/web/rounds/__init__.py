"""A round's board, its obligations, ranking, comparison and the leader's page."""
