"""A finished training as one page for reviewers, and its model as one page for people."""
