"""A file of JSON is whole, or what was there before."""

from __future__ import annotations

import json
import pathlib
import resource

import pytest

from drivemoe_ros.cli.json_file import require_folder_of, write_json
from drivemoe_ros.errors import OutputError


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "found.json"
    write_json([1], file)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The largest file size stands for the size of the disk: the system refuses the write in the same way.
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        with pytest.raises(
            OutputError, match=r"found\.json cannot be written \(File too large\); choose another --json"
        ):
            write_json(["x" * 20_000], file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert json.loads(file.read_text("utf-8")) == [1]
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_leads_on_to_what_it_names(tmp_path: pathlib.Path) -> None:
    file, link = tmp_path / "found.json", tmp_path / "link"
    file.touch()
    link.symlink_to(file)
    write_json({"a": None}, link)
    assert link.is_symlink()
    assert json.loads(file.read_text("utf-8")) == {"a": None}


def test_a_folder_and_a_file_in_none_are_refused_before_the_work(tmp_path: pathlib.Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "found.json"):
        with pytest.raises(OutputError, match="is a folder or in none that is there"):
            require_folder_of(path)
    require_folder_of(tmp_path / "found.json")
    assert list(tmp_path.iterdir()) == []
