"""Who saw, changed, sent what: messages after PS3.15 A.5, in a chain that shows what is missing."""
