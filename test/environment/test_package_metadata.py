"""package.xml, setup.py, CMakeLists.txt and the sources say the same about the package."""

import ast
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import drivemoe_ros

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = ET.parse(ROOT / "package.xml").getroot()
CMAKE = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")


def ask_setup(*questions: str) -> list[str]:
    """Return setup.py's answers, one line each."""
    command = [sys.executable, "setup.py", "--quiet", *questions]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]


def test_versions_agree() -> None:
    version = MANIFEST.findtext("version")
    assert version == drivemoe_ros.__version__
    assert f"project(drivemoe_ros VERSION {version} " in CMAKE
    assert ask_setup("--version") == [version]


def test_names_licence_and_maintainer_agree() -> None:
    maintainer = MANIFEST.findall("maintainer")[0]
    assert ask_setup("--name", "--license", "--maintainer", "--maintainer-email") == [
        MANIFEST.findtext("name"),
        MANIFEST.findtext("license"),
        maintainer.text,
        maintainer.get("email"),
    ]
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_every_package_that_cmake_finds_is_declared() -> None:
    declared = {child.text for child in MANIFEST if child.tag.endswith("depend")}
    assert set(re.findall(r"find_package\((\w+) REQUIRED\)", CMAKE)) <= declared


def test_every_ros_package_that_the_sources_import_is_declared() -> None:
    declared = {child.text for child in MANIFEST if child.tag.endswith("depend")}
    imported = set()
    for path in (ROOT / "drivemoe_ros").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    ros = {name for name in imported if name == "rclpy" or name.endswith(("_msgs", "_interfaces"))}
    assert ros <= declared


def test_every_package_that_a_message_uses_is_declared() -> None:
    declared = {child.text for child in MANIFEST if child.tag == "depend"}
    used = set()
    for path in (ROOT / "msg").glob("*.msg"):
        used |= set(re.findall(r"^(\w+)/\w+", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert used
    assert used <= declared


def test_every_source_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "drivemoe_ros").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_source_folder_hides_generated_code() -> None:
    hidden = {"msg", "srv", "action"} & {path.name for path in (ROOT / "drivemoe_ros").iterdir()}
    assert hidden == set()


def test_scripts_can_be_started_and_follow_the_path() -> None:
    for path in (ROOT / "scripts").iterdir():
        assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")
        assert path.stat().st_mode & 0o111, f"{path.name} is not executable"
