"""Nothing is gathered or sent about the use of the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_scoring_leaves_nothing_in_the_users_home(tmp_path: Path, tiny_model_path: Path):
    score = (
        "import sys; from pathlib import Path; import numpy as np;"
        "from triage_app.inference.session import load_model;"
        "model = load_model(Path(sys.argv[1]));"
        "model.predict(np.zeros((1, 224, 224, 1), np.float32))"
    )
    environment = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", score, str(tiny_model_path)],
        env={**environment, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=REPOSITORY,
        check=True,
    )
    assert list(tmp_path.rglob("*onnxruntime*")) == []
