"""How well a model answers: figures, intervals, operating points, localisation, plots."""
