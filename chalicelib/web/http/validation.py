"""Reading what people and programs send: one pydantic model for each form, body and query.

A model says what is taken, and its types say what is wrong in the words that people read: each
type of `web.fields.field_types` raises a sentence of ours. What pydantic finds by itself (a field
that is not declared, a number where a text belongs) is put into our words here, so that nobody
reads the words of a library. All problems come at once, in the order of the model's fields.

A problem is one of two kinds. `schema_error`: the model's schema does not allow it (a misspelt
field, a number where a text belongs). `rule_error`: the schema allows it and a rule does not that
no schema can say (a time in the future). A program is told which of the two by the problem's type.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from chalicelib.core.errors import FieldErrors, Invalid, Refused

FORM_SENTENCE = "There is a problem with what you entered."
JSON_SENTENCE = "Some fields cannot be used as they are."
QUERY_SENTENCE = "The address asks for something that cannot be used."
LONGEST_NAME_SHOWN = 60
"""How many characters of an unknown field's name an error repeats."""

_IN_OUR_WORDS = {
    "string_type": "Must be text in quotes",
    "bool_type": "Must be true or false",
    "int_type": "Must be a whole number",
    "float_type": "Must be a number",
    "finite_number": "Must be a number",
    "list_type": "Must be a list",
    "dict_type": "Must be an object",
    "too_long": "There are too many of them",
    "model_type": "Must be an object",
    "model_attributes_type": "Must be an object",
}
_REFUSED = "refused"


class Input(BaseModel):
    """Base of models of what is sent to us. A field that is not declared is a problem, because a
    misspelt optional field that is silently left out gives a wrong answer. Values are not
    converted: `"5"` is no number. Sent values stay out of error texts, which may reach logs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    unknown: ClassVar[str] = "There is no field of this name"


class FormInput(Input):
    """Base of models of forms. Fields that the model does not declare are ignored, because a page
    also sends its CSRF token and the names of its buttons."""

    model_config = ConfigDict(extra="ignore")


class QueryInput(Input):
    """Base of models of the part of an address after the question mark, whose values are text."""

    unknown: ClassVar[str] = "There is no parameter of this name"


class NoQuery(QueryInput):
    """The query of an address that takes no parameters."""


Read = TypeVar("Read", bound=BaseModel)


def schema_error(sentence: str, field: str = "") -> PydanticCustomError:
    """Make the error for a value that the schema of a type or model of ours refuses too.

    sentence: what stands beside the field; braces in it are plain text. field: the field beside
    which it stands when that is not the one being read, as for two fields that do not go
    together, which is found at the second.
    """
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence, "field": field})


def rule_error(sentence: str, field: str = "") -> PydanticCustomError:
    """Make the error for a value that the schema allows and a rule of ours does not."""
    return PydanticCustomError(_REFUSED, "{sentence}", {"sentence": sentence, "field": field})


def parts_error(errors: Sequence[tuple[str, PydanticCustomError]]) -> ValidationError:
    """Make the error of a type that finds several parts of its value wrong, each under its own
    name below the name of the field."""
    details = [
        InitErrorDetails(type=error, loc=(part,) if part else (), input=None)
        for part, error in errors
    ]
    return ValidationError.from_exception_data("value", details, hide_input=True)


def read_json(model: type[Read], body: Mapping[str, Any], context: Any = None) -> Read:
    """Read the body of an API call as a model. Raises Invalid with every field that is wrong."""
    return _read(model, body, context, JSON_SENTENCE)


def read_query(model: type[Read], query: Mapping[str, str], context: Any = None) -> Read:
    """Read the part of an address after the question mark as a model; for a FormInput, as a form
    is read. Raises Invalid with every parameter that is wrong."""
    if issubclass(model, FormInput):
        return read_form(model, {name: [value] for name, value in query.items()}, context)
    return _read(model, query, context, QUERY_SENTENCE)


def read_form(model: type[Read], fields: Mapping[str, Sequence[str]], context: Any = None) -> Read:
    """Read a form as a model. Raises Invalid with every field that is wrong.

    fields: each name with all its values. A field whose type is a list gets all of them. Any
    other field gets the last value, or "" when it is required and the browser sent none. A type
    that is asked about in two boxes says how the second is called (`second_box`), and gets both.
    """
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        sent = list(fields.get(key, ()))
        several = getattr(field.annotation, "__origin__", None) in (list, tuple)
        if several:
            values[key] = sent
        elif sent or field.is_required():
            values[key] = sent[-1] if sent else ""
            second = next(
                (box for m in field.metadata if (box := getattr(m, "second_box", ""))), ""
            )
            if second and fields.get(key + second):
                values[key] = join_boxes(values[key], fields[key + second][-1])
    return _read(model, values, context, FORM_SENTENCE)


def join_boxes(first: str, second: str) -> str:
    """Return the values of the two boxes of one field as one text, of a line for each."""
    return f"{first}\n{second}" if second else first


def _read(model: type[Read], values: Mapping[str, Any], context: Any, sentence: str) -> Read:
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        found = field_problems(model, error)
        business = all(one["type"] == _REFUSED for one in error.errors(include_url=False))
        raise (Refused if business else Invalid)(sentence, found) from None


def field_problems(model: type[BaseModel], error: ValidationError) -> FieldErrors:
    """Return each field that is wrong with our sentence, in the order of the model's fields."""
    found: FieldErrors = []
    for one in error.errors(include_url=False, include_input=False):
        elsewhere = one.get("ctx", {}).get("field", "")
        found.append((elsewhere or _place(one["loc"]), _sentence(model, one)))
    return found


def _place(steps: Sequence[str | int]) -> str:
    """Write the place of an error as `parts[2].number` (the number of the third part)."""
    named = (
        f"[{step}]" if isinstance(step, int) else f".{step[:LONGEST_NAME_SHOWN]}"
        for step in steps
        if step != "[key]"  # pydantic's mark of a key that is wrong itself
    )
    return "".join(named).removeprefix(".")


def _sentence(model: type[BaseModel], error: Any) -> str:
    kind = error["type"]
    if kind in ("extra_forbidden", "missing"):
        within = _model_at(model, error["loc"][:-1])
        if kind == "missing":
            return _missing(within, str(error["loc"][-1]))
        names = (field.alias or name for name, field in within.model_fields.items())
        known = f"Use {', '.join(names)}" if within.model_fields else "This address takes none"
        return f"{getattr(within, 'unknown', Input.unknown)}. {known}"
    return _IN_OUR_WORDS.get(kind) or str(error["msg"])


def _model_at(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel]:
    """Return the innermost model on the way to the place `loc` of an error."""
    for part in loc:
        for name, field in model.model_fields.items():
            if (field.alias or name) == part:
                model = next(_models_in(field.annotation), model)
    return model


def _models_in(annotation: Any) -> typing.Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


def _missing(model: type[BaseModel], name: str) -> str:
    """Return the field type's own sentence for a missing value, else a general one."""
    for own, field in model.model_fields.items():
        if (field.alias or own) == name:
            for said in field.metadata:
                if sentence := getattr(said, "missing", ""):
                    return str(sentence)
    return "Enter this field"
