"""Reading radiographs: header, eligibility, decoding, rendering, and the model's input."""
