"""Errors a user can meet: one sentence each, with the value, the limit and the next step.

Every entrance (command line, node) catches ``DriveMoeError``, prints the sentence and ends with ``exit_code``.
"""


class DriveMoeError(Exception):
    """Base of all errors that are explained to the user in one sentence."""

    exit_code = 1


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
