"""Nothing makes code of data: no pickle, no eval, no shell; YAML, NumPy and torch in their safe ways."""

from __future__ import annotations

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("drivemoe_ros", "launch", "tools") for path in (ROOT / folder).rglob("*.py"))
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput", "pty.spawn"}
# What must be said in a call, and how.
WANTED = {
    "torch.load": ("weights_only", True),
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
}
LOADERS = {"SafeLoader", "_PlainLoader"}


def complaints(tree: ast.AST) -> list[str]:
    """Return what a source does that it must not do."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [f"line {node.lineno}: imports {name}" for name in names if name.split(".")[0] in MODULES]
        if isinstance(node, ast.Call):
            found += [f"line {node.lineno}: {what}" for what in _of_call(node)]
    return found


def _of_call(call: ast.Call) -> list[str]:
    name = ast.unparse(call.func)
    said = {keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords}
    found = [f"calls {name}"] if name in CALLS else []
    if said.get("shell"):
        found.append("starts a shell")
    if name in WANTED and said.get(WANTED[name][0]) is not WANTED[name][1]:
        found.append(f"calls {name} without {WANTED[name][0]}={WANTED[name][1]}")
    if name.startswith("yaml.") and "load" in name and not name.startswith("yaml.safe_"):
        loader = ast.unparse(call.args[1]).rpartition(".")[2] if len(call.args) > 1 else ""
        found += [] if loader in LOADERS else [f"calls {name} with another loader than {LOADERS}"]
    return found


def test_no_source_makes_code_of_data() -> None:
    found = {str(path.relative_to(ROOT)): complaints(ast.parse(path.read_text("utf-8"))) for path in SOURCES}
    assert len(found) > 100
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from pickle import loads",
        "eval('1')",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "yaml.load(text, yaml.Loader)",
        "yaml.unsafe_load_all(text, x)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
    ],
)
def test_what_makes_code_of_data_is_found(line: str) -> None:
    assert len(complaints(ast.parse(line))) >= 1
