"""Nothing in a data file, a settings file or a model is ever run as code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path
    for room in ("triage_app", "training", "converters")
    for path in (ROOT / room).rglob("*.py")
)
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "code"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_METHODS = {"register_custom_ops_library", "enable_unsafe_deserialization"}
BY_NAME = {
    ROOT / "triage_app" / "cli" / "main.py",
    ROOT / "triage_app" / "results" / "parquet.py",
    ROOT / "training" / "command.py",
}
"""Import by a name that is not written there, which is one of a table of their own."""


def faults_of(tree: ast.AST) -> list[str]:
    """Say what in a module could run what it reads."""
    faults = []
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "").partition(".")[0]]
        faults += [f"imports {name}" for name in names if name in UNSAFE_MODULES]
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in UNSAFE_CALLS:
            faults.append(f"calls {node.func.id}")
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in UNSAFE_METHODS:
                faults.append(f"calls {node.func.attr}")
            if ast.unparse(node.func) in ("os.system", "os.popen"):
                faults.append("asks a shell")
            if node.func.attr == "import_module" and not isinstance(node.args[0], ast.Constant):
                faults.append("imports by name")
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (keyword.arg, value) in {
                ("allow_pickle", True),
                ("shell", True),
                ("safe_mode", False),
            }:
                faults.append(f"{keyword.arg}={value}")
    return faults


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_could(path: Path) -> None:
    faults = faults_of(ast.parse(path.read_text(encoding="utf-8")))
    if path in BY_NAME:
        faults.remove("imports by name")
    assert faults == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from yaml import load",
        "eval(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
        "keras.models.load_model(path, safe_mode=False)",
        "options.register_custom_ops_library(path)",
        "importlib.import_module(name)",
        "os.system(text)",
    ],
)
def test_what_could_would_be_found(code: str) -> None:
    assert faults_of(ast.parse(code))
