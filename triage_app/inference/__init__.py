"""The model: its card, its ONNX session, and where its heatmap lies on the image."""

import os

# ONNX Runtime's own builds gather usage events under the user's cache and send them to their maker.
# This program sends nothing of itself; the variable counts only before the library is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
