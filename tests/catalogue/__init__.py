"""Bad and odd files by name, each with the outcome and the sentence that it must have."""
