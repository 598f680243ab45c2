"""What leaves the program: rows of a scan, and files for other software."""
