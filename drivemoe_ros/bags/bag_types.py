"""The message types of one bag: each read from its own definition, the first time it is needed.

One type that cannot be understood so never hides the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rosbags.convert.converter import is_same_wireformat, migrate_bytes
from rosbags.interfaces import MessageDefinition, MessageDefinitionFormat
from rosbags.typesys import Stores, get_types_from_idl, get_types_from_msg, get_typestore

from drivemoe_ros.bags.definition_guard import check_text, check_types
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rosbags.interfaces import Connection
    from rosbags.interfaces.typing import Typesdict
    from rosbags.typesys.store import Typestore

    from drivemoe_ros.bags.events import BagEvent

HEADER = "std_msgs/msg/Header"
IDL_SEPARATOR = "=" * 80 + "\n"


class PortableMessage(NamedTuple):
    """A message with all that another bag needs to carry it.

    Attributes:
        topic: Topic.
        type_name: Full type name.
        cdr: The message in ROS 2's serialization.
        definition: Text of the type's definition.
        type_hash: The definition's hash (REP-2011).
        stamp_ns: Log time [ns].
    """

    topic: str
    type_name: str
    cdr: bytes | memoryview
    definition: str
    type_hash: str
    stamp_ns: int


class BagTypes:
    """Decodes and converts the messages of one bag."""

    def __init__(self, connections: Iterable[Connection], *, is_ros1: bool) -> None:
        """Collect the definitions; none is read yet.

        Args:
            connections: Topics of the bag.
            is_ros1: Whether messages are in ROS 1's serialization.
        """
        self._is_ros1 = is_ros1
        self._definitions: dict[str, MessageDefinition] = {}
        for item in connections:
            if item.msgdef.format != MessageDefinitionFormat.NONE:
                self._definitions.setdefault(item.msgtype, item.msgdef)
        self._stores: dict[str, Typestore] = {}
        self._targets: dict[str, tuple[Typestore, str, str]] = {}
        self._defaults: dict[str, object] = {}

    def decode(self, event: BagEvent) -> object:
        """Decode a message.

        Args:
            event: The message as recorded.

        Returns:
            An object with the fields of its type; large arrays share the event's bytes.

        Raises:
            InputError: If the type has no usable definition, or the bytes are damaged.
        """
        store = self._store(event.type_name)
        try:
            # A memoryview keeps rosbags from copying the picture.
            raw = memoryview(event.raw)
            if self._is_ros1:
                return store.deserialize_ros1(raw, event.type_name)
            return store.deserialize_cdr(raw, event.type_name)
        except Exception as error:
            # Damaged bytes fail in whatever way the generated code meets them first.
            msg = (
                f"A message on {event.topic} at {event.stamp_ns} ns is damaged: its {len(event.raw)} bytes are no "
                f"{event.type_name}; leave the topic out or record it again."
            )
            raise InputError(msg) from error

    def portable(self, event: BagEvent) -> PortableMessage:
        """Make a message fit for another bag.

        Args:
            event: The message as recorded.

        Returns:
            The message in ROS 2's serialization with its definition.

        Raises:
            InputError: If the type has no usable definition, or a ROS 1 message cannot be converted.
        """
        name = event.type_name
        if name not in self._targets:
            self._targets[name] = self._target(name)
        target, definition, type_hash = self._targets[name]
        cdr = self._convert(event, target) if self._is_ros1 else event.raw
        return PortableMessage(event.topic, name, cdr, definition, type_hash, event.stamp_ns)

    def _convert(self, event: BagEvent, target: Typestore) -> memoryview:
        name, store = event.type_name, self._store(event.type_name)
        try:
            if is_same_wireformat(store, target, name, name):
                return target.ros1_to_cdr(event.raw, name)
            return migrate_bytes(store, target, name, name, self._defaults, event.raw, src_is2=False, dst_is2=True)
        except Exception as error:
            msg = f"A message on {event.topic} cannot be converted to ROS 2's {name}; leave that topic out."
            raise InputError(msg) from error

    def _target(self, name: str) -> tuple[Typestore, str, str]:
        """Return the types, definition and hash that another bag gets for a type."""
        store = self._store(name)
        if self._is_ros1:
            known = output_typestore()
            if name in known.fielddefs:
                store = known
            else:
                fields = {**store.fielddefs, HEADER: known.fielddefs[HEADER]}
                store = get_typestore(Stores.EMPTY)
                store.register(fields)
        definition = self._definitions.get(name)
        try:
            written = definition if definition and not self._is_ros1 else None
            text = written.data if written else store.generate_msgdef(name, ros_version=2)[0]
            return store, text, store.hash_rihs01(name)
        except Exception as error:
            # A type that the definition uses but does not define, or that is part of itself.
            msg = f"The bag's definition of {name} is not whole ({type(error).__name__}); leave its topics out."
            raise InputError(msg) from error

    def _store(self, name: str) -> Typestore:
        if name not in self._stores:
            self._stores[name] = self._read_definition(name)
        return self._stores[name]

    def _read_definition(self, name: str) -> Typestore:
        definition = self._definitions.get(name)
        if definition is None:
            if name in output_typestore().fielddefs:
                return output_typestore()
            msg = f"The bag holds no definition of {name} and it is no standard type; record it with a newer ROS 2."
            raise InputError(msg)
        store = get_typestore(Stores.EMPTY)
        try:
            types = _parse(definition, name)
            check_types(types)
            store.register(types)
        except Exception as error:
            msg = f"The bag's definition of {name} cannot be understood ({type(error).__name__}); leave its topics out."
            raise InputError(msg) from error
        return store


def _parse(definition: MessageDefinition, name: str) -> Typesdict:
    check_text(definition.data, is_idl=definition.format == MessageDefinitionFormat.IDL)
    if definition.format == MessageDefinitionFormat.MSG:
        return get_types_from_msg(definition.data, name)
    if not definition.data.startswith(f"{IDL_SEPARATOR}IDL: "):
        return get_types_from_idl(definition.data)
    types: Typesdict = {}
    for part in definition.data.split(IDL_SEPARATOR)[1:]:
        types.update(get_types_from_idl(part.split("\n", 1)[1]))
    return types
