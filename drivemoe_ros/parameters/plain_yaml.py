"""YAML from outside, without aliases: a few lines of those stand for gigabytes, and ROS too reads none."""

from __future__ import annotations

from typing import Any

import yaml

# As ROS has them.
MAX_BITS = 63
# Brackets in brackets; PyYAML's time grows with their square.
MAX_DEPTH = 32


class _PlainLoader(yaml.SafeLoader):
    """Builds plain values only, each written where it is used."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            msg = "an alias (*name) is not allowed, write its value instead"
            raise yaml.composer.ComposerError(None, None, msg, self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def fetch_flow_collection_start(self, kind: type[yaml.Token]) -> None:
        if self.flow_level >= MAX_DEPTH:
            msg = f"brackets are nested more than {MAX_DEPTH} deep"
            raise yaml.scanner.ScannerError(None, None, msg, self.get_mark())
        super().fetch_flow_collection_start(kind)

    def construct_bounded_int(self, node: yaml.ScalarNode) -> int:
        value: int = self.construct_yaml_int(node)
        if value.bit_length() > MAX_BITS:
            msg = f"a whole number has more than {MAX_BITS} bits"
            raise yaml.constructor.ConstructorError(None, None, msg, node.start_mark)
        return value


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _PlainLoader.construct_bounded_int)


def parse_yaml(text: str) -> Any:  # noqa: ANN401
    """Parse a YAML document of plain values.

    Args:
        text: The document.

    Returns:
        What it holds.

    Raises:
        ValueError: If it is no such document; what is wrong, in one line.
    """
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error
    except (ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # What PyYAML lets through for values that only look like numbers, dates or keys.
        raise ValueError(str(error)) from error
