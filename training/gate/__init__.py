"""Frontal chest image or not: pictures to learn from, the fit, and what it refuses and loses."""
