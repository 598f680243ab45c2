"""The list of studies: what is shown, in which order, and how it is chosen."""
