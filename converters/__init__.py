"""From a training's network to ONNX with its card, and between pictures and DICOM."""
