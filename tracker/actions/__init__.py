"""One use case a file: the only place where things change. Callers open the transaction."""
