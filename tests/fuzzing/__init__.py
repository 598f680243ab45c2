"""Damaged files by the thousand: each must end with one outcome, and none may stop the program."""
