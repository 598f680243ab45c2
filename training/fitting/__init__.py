"""From a recipe and a split to a trained network; needs TensorFlow."""
