"""Texts: numbered items, their annotations, and who leads and supports by the words that say so."""
