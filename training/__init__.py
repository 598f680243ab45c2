"""Training side: manifests and splits, recipes, fitting, evaluation."""
