"""The pages: parse a request, call an action, show the outcome."""
