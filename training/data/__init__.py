"""The labelled images: which there are, whose they are, how they are divided and read."""
