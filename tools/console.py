"""Runs one step of the set-up: output goes to a log, and the user sees one line that moves."""

import pathlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from tools.layout import LOGS, ROOT, SetupError

REFRESH_S = 0.2
HEARTBEAT_S = 15.0
TAIL_LINES = 15
NETWORK_SIGNS = (
    "No matching distribution found",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Read timed out",
    "Connection refused",
    "Connection reset",
    "SSLError",
)


class Step:
    """One line on the screen with the seconds it has taken; use as a context manager around the work."""

    def __init__(self, title: str) -> None:
        """Announce the step.

        Args:
            title: What is being done, in a few words.
        """
        self.title = title
        self.start_s = time.monotonic()
        self.last_beat_s = self.start_s
        self.live = sys.stdout.isatty()
        if not self.live:
            print(f"{title} ...", flush=True)

    def show(self, detail: str) -> None:
        """Show the last line of the running program, on a terminal at once and in a log file now and then."""
        now_s = time.monotonic()
        elapsed_s = now_s - self.start_s
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            line = f"{self.title} ... {elapsed_s:.0f} s  {detail}"
            print(f"\r\033[K{line[:width]}", end="", flush=True)
        elif now_s - self.last_beat_s > HEARTBEAT_S:
            self.last_beat_s = now_s
            print(f"  {elapsed_s:.0f} s  {detail[:100]}", flush=True)

    def close(self, outcome: str) -> None:
        """Write the step's final line."""
        elapsed_s = time.monotonic() - self.start_s
        start = "\r\033[K" if self.live else ""
        print(f"{start}{self.title}: {outcome} after {elapsed_s:.1f} s", flush=True)


def read_tail(log: pathlib.Path, lines: int) -> list[str]:
    """Return the last lines of a log that say something."""
    with log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 16_384))
        text = file.read().decode("utf-8", errors="replace")
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


def run_logged(step: Step, command: Sequence[str], log_name: str, env: Mapping[str, str]) -> None:
    """Run a program with its output in a log, showing its last line as it goes.

    Args:
        step: The line on the screen.
        command: Program and arguments.
        log_name: Name of the log file in ``.setup/log``; an existing one is continued.
        env: Environment of the program.

    Raises:
        SetupError: If the program fails, with its last lines.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / log_name
    with log.open("ab") as output:
        output.write(("$ " + " ".join(command) + "\n").encode())
        output.flush()
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                step.show("".join(read_tail(log, 1)).strip())
                time.sleep(REFRESH_S)
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
    if process.returncode:
        step.close("failed")
        raise SetupError(explain_failure(step.title, process.returncode, log))


def explain_failure(title: str, code: int, log: pathlib.Path) -> str:
    """Return why a program failed: a sentence with the next step, then the end of its log."""
    tail = read_tail(log, TAIL_LINES)
    text = "\n".join(tail)
    if "No space left on device" in text:
        reason = f"'{title}' failed because the disk is full: free some space and run the command again"
    elif any(sign in text for sign in NETWORK_SIGNS):
        reason = f"'{title}' could not get a package: check the network and pip's index settings, then run it again"
    else:
        reason = f"'{title}' failed with exit code {code}: mend what the log below says and run the command again"
    return "\n".join([f"{reason} (whole log: {log.relative_to(ROOT)}).", *(f"  {line}" for line in tail)])
