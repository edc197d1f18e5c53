"""Errors a user can meet: one sentence each, with the value, the limit and the next step.

Every entrance (command line, node) catches ``DriveMoeError``, prints the sentence and ends with ``exit_code``.
"""

# Whoever sends a megabyte in place of a name shall not find it in every state.
MAX_LETTERS = 2000


class DriveMoeError(Exception):
    """Base of all errors that are explained to the user in one sentence."""

    exit_code = 1

    def __init__(self, sentence: str = "") -> None:
        """Take the sentence; what it quotes from outside can neither break its line nor command a terminal.

        Args:
            sentence: Value, limit and next step.
        """
        plain = "".join(letter if letter.isprintable() else " " for letter in sentence[: MAX_LETTERS + 1])
        super().__init__(plain if len(plain) <= MAX_LETTERS else f"{plain[:MAX_LETTERS]}...")


class ParameterError(DriveMoeError):
    """A parameter, rig or command-line value is unknown or out of range."""

    exit_code = 2


class InputError(DriveMoeError):
    """A bag, topic or message cannot be used."""

    exit_code = 3


class ImageError(InputError):
    """A picture cannot be decoded."""


class BlankPictureError(ImageError):
    """A picture was decoded but shows nothing."""


class CheckpointError(DriveMoeError):
    """A checkpoint is unreadable or does not fit the model."""

    exit_code = 4


class PolicyError(DriveMoeError):
    """The policy cannot plan or returned something that is not a plan."""

    exit_code = 5


class OutputError(DriveMoeError):
    """An output cannot be written."""

    exit_code = 6
