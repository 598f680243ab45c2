"""A finished network taught to read a further population, by a head of its own."""
