"""A shipped model fitted to one's own labelled images, without training it; needs no TensorFlow."""
