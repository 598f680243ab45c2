"""Drawn radiographs and demonstration studies, with the place of every drawn finding known."""
