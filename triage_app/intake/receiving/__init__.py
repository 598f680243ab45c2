"""Instances that others send: the C-STORE receiver, its guards, and storage commitment."""
