"""Performing workitems: fetch the inputs, score them, store the results, and say so."""
