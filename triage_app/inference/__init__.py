"""The model: its card, its ONNX session, and where its heatmap lies on the image."""
