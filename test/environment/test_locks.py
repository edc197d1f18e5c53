"""The locks pin everything with hashes, fit together and tie nobody to an index or a machine."""

import pathlib
import re

import pytest

from tools.lock import clean, split_torch

REQUIREMENTS = pathlib.Path(__file__).resolve().parents[2] / "requirements"
# Its builds differ in their hashes and come from different indexes.
TORCH = REQUIREMENTS / "torch.lock"
LOCKS = sorted(set(REQUIREMENTS.glob("*.lock")) - {TORCH})
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}")
PIN = re.compile(r"(?P<name>[a-z0-9.-]+)(\[[a-z,]+\])?==(?P<version>[0-9][\w.]*)( ; (?P<marker>.+))?")


def entries(lock: pathlib.Path) -> list[list[str]]:
    """Return the lines of each package of a lock."""
    text = "\n".join(line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [entry.split(" \\\n") for entry in re.split(r"(?<! \\)\n", text)]


def pins(lock: pathlib.Path) -> list[re.Match[str]]:
    """Return the pins of a lock; a line that is none is an error."""
    found = [PIN.fullmatch(entry[0]) for entry in entries(lock)]
    assert None not in found, f"{lock.name} has lines that pin nothing"
    return [match for match in found if match]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_only_pins(lock: pathlib.Path) -> None:
    assert len(pins(lock)) > 10


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_in_a_lock_has_the_hashes_of_its_files(lock: pathlib.Path) -> None:
    for pin, *hashes in entries(lock):
        assert hashes, f"{pin} has no hash"
        assert [line for line in hashes if not HASH.fullmatch(line)] == []
        assert len(set(hashes)) == len(hashes)


def test_torch_alone_has_no_hashes_and_stands_alone() -> None:
    assert [entry[0].split("==")[0] for entry in entries(TORCH)] == ["torch"]
    assert "torch" not in {match["name"] for lock in LOCKS for match in pins(lock)}
    assert "--hash" not in TORCH.read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_holds_everything_its_input_names(lock: pathlib.Path) -> None:
    lines = lock.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    named = {re.split(r"[=<> \[]", line)[0].lower().replace("_", "-") for line in lines if line and line[0] != "#"}
    assert named - {"torch"} <= {match["name"] for match in pins(lock)}


def test_locks_agree_on_every_package() -> None:
    chosen: dict[tuple[str, str | None], set[str]] = {}
    for lock in LOCKS:
        for match in pins(lock):
            chosen.setdefault((match["name"], match["marker"]), set()).add(match["version"])
    assert {key: versions for key, versions in chosen.items() if len(versions) > 1} == {}


def test_no_lock_draws_in_cuda() -> None:
    names = {match["name"] for lock in (*LOCKS, TORCH) for match in pins(lock)}
    assert [name for name in names if name.startswith(("nvidia", "cuda", "triton"))] == []


def test_torch_is_the_version_that_the_policy_was_checked_with() -> None:
    assert ("torch", "2.13.0") in {(match["name"], match["version"]) for match in pins(TORCH)}


def test_what_is_left_out_of_a_lock_goes_with_its_hashes() -> None:
    one, other = f"    --hash=sha256:{'1' * 64}", f"    --hash=sha256:{'2' * 64}"
    resolved = [
        f"numpy==2.2.6 ; python_full_version < '3.11' and sys_platform == 'linux' \\\n{one} \\\n{other}",
        f"nvidia-cublas==13.0 \\\n{one}",
        f"pywin32==311 ; sys_platform == 'win32' \\\n{one}",
        f"torch==2.13.0 \\\n{one} \\\n{other}",
        f"triton==3.6.0 ; sys_platform == 'linux' \\\n{other}",
        f"uvloop==0.22.1 ; sys_platform == 'linux' \\\n{one}",
    ]
    kept, torch = split_torch(clean("\n".join(resolved) + "\n"))
    assert kept == [
        f"numpy==2.2.6 ; python_full_version < '3.11' \\\n{one} \\\n{other}",
        f"uvloop==0.22.1 \\\n{one}",
    ]
    assert torch == ["torch==2.13.0"]
