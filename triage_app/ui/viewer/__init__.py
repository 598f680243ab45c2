"""The image of a study, what the model says of it, and how both are looked at."""
