"""Reads the command line and turns every error into one sentence and an exit code."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from drivemoe_ros import __version__
from drivemoe_ros.cli import (
    convert,
    demo,
    drive,
    evaluate,
    harvest,
    inject,
    parameters,
    pretrain,
    record,
    replay,
    rigs,
    train,
)
from drivemoe_ros.errors import DriveMoeError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (replay, demo, drive, inject, record, harvest, pretrain, train, evaluate, convert, rigs, parameters)
EXIT_CODES = """exit codes:
  0 done   1 a fault of drivemoe itself   2 command line, parameter or rig   3 bag or message
  4 checkpoint   5 policy   6 output   130 interrupted"""


class OneSentenceParser(argparse.ArgumentParser):
    """Reports a wrong command line as every other error is reported."""

    def error(self, message: str) -> NoReturn:
        """Raise ``ParameterError`` with argparse's sentence and where to read on."""
        msg = f"{message}; see `{self.prog} --help`."
        raise ParameterError(msg)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after the command's name; those of the process when None.

    Returns:
        Exit code; ``drivemoe --help`` lists them.
    """
    parser = OneSentenceParser(
        prog="drivemoe",
        description="Mixture-of-experts driving policies: replay recorded drives, drive in the built-in world, convert "
        "checkpoints.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"drivemoe_ros {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of a fault of drivemoe itself")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    debug = False
    try:
        chosen = parser.parse_args(arguments)
        debug = chosen.debug
        code: int = chosen.run(chosen)
    except DriveMoeError as error:
        print(f"drivemoe: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("drivemoe: interrupted; nothing unfinished stands under its final name.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader left (as `| head` does), and Python would complain while flushing
        return 0
    except Exception as error:
        if debug:
            raise
        kind = type(error).__name__
        print(
            f"drivemoe: a fault of drivemoe itself ({kind}: {error}); run with --debug and report it.", file=sys.stderr
        )
        return 1
    return code
