"""A parameter: its default, what it means, its unit and its range, in one place."""

from __future__ import annotations

import dataclasses
import difflib
import math
from typing import TYPE_CHECKING, Any, get_type_hints

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

Scalar = bool | int | float | str


@dataclasses.dataclass(frozen=True)
class Description:
    """What a user reads about a parameter and what limits its value."""

    text: str
    unit: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf
    choices: tuple[Scalar, ...] = ()


def param(
    default: Scalar,
    text: str,
    *,
    unit: str = "",
    minimum: float = -math.inf,
    maximum: float = math.inf,
    choices: tuple[Scalar, ...] = (),
) -> Any:  # noqa: ANN401
    """Declare a parameter as a field of a frozen dataclass.

    Args:
        default: Value when the user says nothing; it stands nowhere else.
        text: One sentence for the user.
        unit: Unit, if any.
        minimum: Smallest allowed number.
        maximum: Largest allowed number.
        choices: Allowed values, if only a few are.

    Returns:
        The dataclass field (typed ``Any`` as ``dataclasses.field`` is).
    """
    description = Description(text, unit, minimum, maximum, choices)
    return dataclasses.field(default=default, metadata={"description": description})


def describe(field: dataclasses.Field[Any]) -> Description:
    """Return the description that ``param`` gave to a field."""
    description: Description = field.metadata["description"]
    return description


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for a mistyped name, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def check_value(section: type, field_name: str, value: object, label: str) -> Scalar:
    """Check one value against its field's type, range and choices.

    Args:
        section: Dataclass that declares the field.
        field_name: Name of the field.
        value: Value from a file, a command line or a node.
        label: Full name for the sentence, e.g. ``sync.tolerance_s``.

    Returns:
        The value; whole numbers become float where a float is declared.

    Raises:
        ParameterError: If the type, range or choice does not fit.
    """
    field = next(field for field in dataclasses.fields(section) if field.name == field_name)
    wanted = get_type_hints(section)[field_name]
    description = describe(field)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not wanted:
        msg = f"{label} is {value!r}, but it must be of type {wanted.__name__}; {description.text}"
        raise ParameterError(msg)
    if description.choices and value not in description.choices:
        allowed = ", ".join(str(choice) for choice in description.choices)
        hint = nearest_hint(str(value), map(str, description.choices))
        msg = f"{label} is {value!r}{hint}, but it must be one of: {allowed}."
        raise ParameterError(msg)
    if isinstance(value, (int, float)) and not description.minimum <= value <= description.maximum:
        unit = f" {description.unit}" if description.unit else ""
        limits = f"{description.minimum:g} to {description.maximum:g}{unit}"
        msg = f"{label} is {value:g}{unit}, but it must lie in {limits}; {description.text}"
        raise ParameterError(msg)
    return value  # type: ignore[return-value]
