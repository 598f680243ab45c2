"""Instances on their way to other systems: C-STORE and STOW-RS from a queue that outlives us."""
