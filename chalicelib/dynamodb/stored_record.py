"""Stored records: a frozen dataclass, and one declaration of how it stands in the table.

Marks (`field_marks`) say of a field what its type does not: the attribute's name, that it is
personal data, how precisely a time is kept. From the marks and the templates of its keys, a
StoredRecord writes items, reads them back, makes the attributes of a change, and gives the
`ItemKind` by which a whole table is checked.

An attribute that has its field's default is left out of the item, unless marked KEPT.

pydantic reads and writes values as strict JSON, whose rules are those of the table (an enumeration
is its value, a tuple a list, a record within a record a map; nothing else is converted). pydantic
is imported when a record is first read or written, so that a declaration costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from chalicelib.dynamodb.attributes import Item, Value
from chalicelib.dynamodb.field_marks import FieldMark, StoredName
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.key_templates import KeyTemplate

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

Model = TypeVar("Model")


class RecordMismatch(Exception):
    """A stored item does not fit its record's model. The text names the kind of record and the
    attribute, never the value, which may be personal: the text is written into logs."""

    def __init__(self, kind: str, attribute: str, why: str) -> None:
        super().__init__(f"a stored {kind} does not fit its model: {attribute} ({why})")


@dataclass(frozen=True)
class Derived(Generic[Model]):
    """An attribute that is computed from fields, for an index or the time-to-live.

    of: the fields that it follows from; a change of one must name them all. value: computes the
    attribute from a record, of which only the fields in `of` are set when they are changed; None
    leaves the attribute out. always: every item has the attribute.
    """

    name: str
    of: tuple[str, ...]
    value: Callable[[Model], Value]
    always: bool = True
    personal: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name of the attribute, in the form of DerivedGroup."""
        return (self.name,)

    def values(self, record: Model) -> Mapping[str, Value]:
        return {self.name: self.value(record)}


@dataclass(frozen=True)
class DerivedGroup(Generic[Model]):
    """Several attributes that are computed from the same fields, such as those of an index (see
    Derived). Every item has all of them, and none is personal."""

    names: tuple[str, ...]
    of: tuple[str, ...]
    values: Callable[[Model], Mapping[str, Value]]
    always = True
    personal = False


@dataclass(frozen=True)
class _Field:
    """A field that is stored as an attribute, with what its marks and default say of it."""

    name: str
    stored: str
    hint: Any
    needed: bool
    default: Any
    personal: bool

    def left_out(self, value: object) -> bool:
        """Return True when the item leaves the attribute out for this value."""
        return not self.needed and value == self.default


class StoredRecord(Generic[Model]):
    """The declaration of one kind of record: how it is written to the table and read back.

    pk, sk: templates of the keys, `SITE#{id}`, with names of fields (which then need no
    attribute) or of values given when a record is written. patterns: regular expressions for
    those that are not ids of `core.ids`. derived: attributes that follow from fields. also:
    attributes that stores keep beside the record and that are never read into it.
    """

    def __init__(
        self,
        name: str,
        model: type[Model],
        pk: str,
        sk: str,
        *,
        patterns: Mapping[str, str] | None = None,
        derived: Iterable[Derived[Model] | DerivedGroup[Model]] = (),
        also: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.model = model
        self._pk, self._sk = KeyTemplate(pk, patterns or {}), KeyTemplate(sk, patterns or {})
        self.derived = tuple(derived)
        self.also = frozenset(also)

    # what the declaration says

    @property
    def key_patterns(self) -> dict[str, str]:
        """The regular expressions for the named fields of both keys, by name."""
        return self._pk.parts | self._sk.parts

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.model, include_extras=True)

    @cached_property
    def _fields(self) -> tuple[_Field, ...]:
        """The fields that stand in the item as attributes."""
        return tuple(
            self._field(one)
            for one in fields(self.model)  # type: ignore[arg-type]  # Model is a dataclass, but not bound so.
            if one.name not in self.key_patterns and FieldMark.APART not in self._marks(one.name)
        )

    def _marks(self, name: str) -> tuple[Any, ...]:
        return getattr(self._hints[name], "__metadata__", ())

    def _field(self, field: Field[Any]) -> _Field:
        marks = self._marks(field.name)
        named = next((mark.name for mark in marks if isinstance(mark, StoredName)), field.name)
        default = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        needed = default is MISSING or FieldMark.KEPT in marks
        hint = self._hints[field.name]
        return _Field(field.name, named, hint, needed, default, FieldMark.PERSONAL in marks)

    @cached_property
    def _by_name(self) -> dict[str, _Field]:
        return {one.name: one for one in self._fields}

    @cached_property
    def _apart(self) -> dict[str, Any]:
        """Empty values for the fields that are marked APART, by name."""
        names = {one.name for one in fields(self.model)}  # type: ignore[arg-type]  # As in `_fields`.
        return {name: [] for name in names if FieldMark.APART in self._marks(name)}

    @cached_property
    def _numbers(self) -> frozenset[str]:
        """The named fields of the keys that are numbers."""
        return frozenset(part for part in self.key_patterns if self._hints.get(part) is int)

    @cached_property
    def kind(self) -> ItemKind:
        """The declared keys and attributes of the items, for the check of whole tables."""
        needed = {one.stored for one in self._fields if one.needed}
        may = {one.stored for one in self._fields} | self.also
        personal = {one.stored for one in self._fields if one.personal}
        for derived in self.derived:
            needed |= set(derived.names) if derived.always else set()
            may |= set(derived.names)
            personal |= set(derived.names) if derived.personal else set()
        return ItemKind(
            self.name,
            self._pk.pattern,
            self._sk.pattern,
            frozenset(needed),
            frozenset(may - needed),
            frozenset(personal),
        )

    # reading and writing

    @cached_property
    def _adapter(self) -> TypeAdapter[Model]:
        from pydantic import TypeAdapter

        return TypeAdapter(self.model)

    @cached_property
    def _adapters(self) -> dict[str, TypeAdapter[Any]]:
        """The adapters of single fields, for changes, each made when first needed."""
        return {}

    def key(self, record: Model, **parts: object) -> tuple[str, str]:
        """Return PK and SK of a record. parts: the values in the keys that are not fields."""
        known = vars(record) | parts
        return self._pk.format_key(known), self._sk.format_key(known)

    def item(self, record: Model, **parts: object) -> Item:
        """Return the record's item. parts: the values in the keys that are not fields."""
        plain = self._dump("a field", self._adapter, record, exclude=self._apart.keys())
        values = vars(record)
        pk, sk = self.key(record, **parts)
        item: Item = {"PK": pk, "SK": sk}
        for one in self._fields:
            if not one.left_out(values[one.name]):
                item[one.stored] = plain[one.name]
        for derived in self.derived:
            known = derived.values(record)
            item |= {name: value for name, value in known.items() if value is not None}
        return item

    def read(self, item: Mapping[str, Any], **apart: object) -> Model:
        """Return the record in an item; attributes that the model does not know are ignored.

        apart: values of the fields that stand in items of their own. Raises RecordMismatch.
        """
        from pydantic import ValidationError
        from pydantic_core import to_json

        given = {one.name: item[one.stored] for one in self._fields if one.stored in item}
        given |= self._key_parts(item) | self._apart
        try:
            found = self._adapter.validate_json(to_json(given), strict=True)
        except ValidationError as error:
            problem = self._misfit(error)
        else:
            return replace(found, **apart) if apart else found  # type: ignore[type-var]  # As in `_fields`.
        raise problem  # Raised out here, so that the error's context holds no value.

    def _key_parts(self, item: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, key in (("PK", self._pk), ("SK", self._sk)):
            parts = key.parse_key(item[name])
            if parts is None:
                raise RecordMismatch(self.name, name, "another kind of key")
            found |= parts
        for name in self._numbers:
            found[name] = int(found[name])
        return found

    def _misfit(self, error: ValidationError) -> RecordMismatch:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name, *within = first["loc"] or ("it",)
        known = self._by_name.get(str(name))
        stored = known.stored if known else str(name)
        return RecordMismatch(self.name, ".".join(map(str, (stored, *within))), first["type"])

    def changes(self, **changed: object) -> dict[str, Value]:
        """Return the attributes that a change of these fields assigns; None removes an attribute.

        Raises TypeError for a field that the record does not have, and when a derived attribute
        follows from a changed field together with one that is not named.
        """
        assigned: dict[str, Value] = {}
        for name, value in changed.items():
            if name not in self._by_name:
                raise TypeError(f"a stored {self.name} has no attribute for {name}")
            one = self._by_name[name]
            stored = None if one.left_out(value) else self._dump(name, self._of_field(one), value)
            assigned[one.stored] = stored
        for derived in self.derived:
            named = changed.keys() & set(derived.of)
            if named and len(named) < len(derived.of):
                raise TypeError(f"{derived.names} of a stored {self.name} follow from {derived.of}")
            if named:
                assigned |= derived.values(self._partial(changed))
        return assigned

    def _of_field(self, one: _Field) -> TypeAdapter[Any]:
        from pydantic import TypeAdapter

        if one.name not in self._adapters:
            self._adapters[one.name] = TypeAdapter(one.hint)
        return self._adapters[one.name]

    def _dump(self, what: str, adapter: TypeAdapter[Any], value: object, **more: Any) -> Any:
        """Return the stored form of a value. Raises TypeError for a value of another type."""
        from pydantic_core import PydanticSerializationError

        try:
            return adapter.dump_python(value, mode="json", warnings="error", **more)
        except PydanticSerializationError:
            problem = TypeError(f"{what} of a stored {self.name} is of another type than declared")
        raise problem  # Raised out here, because pydantic's own text holds the value.

    def _partial(self, values: Mapping[str, object]) -> Model:
        """Return a record of which only these fields are set."""
        partial = self.model.__new__(self.model)
        vars(partial).update(values)
        return partial
