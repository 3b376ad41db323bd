"""Reading what people and programs send: one pydantic model for each form, body and query.

A model says what is taken, and its types say what is wrong in the words that people read: each
type of `web.field_types` raises a sentence of ours. What pydantic finds by itself (a field that
is not declared, a number where a text belongs) is put into our words here, so that nobody reads
a library's. All problems come at once, in the order in which the model declares its fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.errors import FieldErrors, Invalid

FORM_SENTENCE = "There is a problem with what you entered."
JSON_SENTENCE = "Some fields cannot be used as they are."
LONGEST_NAME_SHOWN = 60
"""Characters of an unknown field's name that an error repeats."""

_IN_OUR_WORDS = {
    "string_type": "Must be text in quotes",
    "bool_type": "Must be true or false",
    "int_type": "Must be a whole number",
    "float_type": "Must be a number",
    "finite_number": "Must be a number",
    "list_type": "Must be a list",
    "dict_type": "Must be an object",
    "model_type": "Must be an object",
    "model_attributes_type": "Must be an object",
}


class Input(BaseModel):
    """What is sent to us. A field that is not declared is a problem, because a misspelt optional
    field that is silently left out gives a wrong answer. Values are not converted: `"5"` is no
    number in JSON. Sent values stay out of error texts, which may reach logs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class FormInput(Input):
    """What a page sends. Fields that the model does not know are left alone: a page also sends
    its CSRF token and the names of its buttons."""

    model_config = ConfigDict(extra="ignore")


Read = TypeVar("Read", bound=BaseModel)


def wrong(sentence: str, field: str = "") -> PydanticCustomError:
    """The error with which a type or a model of ours refuses a value.

    sentence: what stands beside the field. Braces in it are text. field: where it stands when
    that is another field than the one being read: two that do not go together are found at the
    second.
    """
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence, "field": field})


def read_json(model: type[Read], body: Mapping[str, Any], context: Any = None) -> Read:
    """The body of an API call as its model. Raises Invalid with every field that is wrong."""
    return _read(model, body, context, JSON_SENTENCE)


def read_form(model: type[Read], fields: Mapping[str, Sequence[str]], context: Any = None) -> Read:
    """A form as its model. Raises Invalid with every field that is wrong.

    fields: each name with all its values. A field whose type is a list gets all of them; any
    other the last one, and "" when the browser sent none, as it does for an empty box.
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
    return _read(model, values, context, FORM_SENTENCE)


def read_query(model: type[Read], query: Mapping[str, str]) -> Read:
    """The part of an address after the question mark, as a form. Raises Invalid."""
    return read_form(model, {name: [value] for name, value in query.items()})


def _read(model: type[Read], values: Mapping[str, Any], context: Any, sentence: str) -> Read:
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        raise Invalid(sentence, problems(model, error)) from None


def problems(model: type[BaseModel], error: ValidationError) -> FieldErrors:
    """Each field that is wrong with our sentence, in the order of the model's fields."""
    found: FieldErrors = []
    for one in error.errors(include_url=False, include_input=False):
        elsewhere = one.get("ctx", {}).get("field", "")
        found.append((elsewhere or _place(one["loc"]), _sentence(model, one)))
    return found


def _place(steps: Sequence[str | int]) -> str:
    """`parts[2].number` for the number of the third part."""
    named = (
        f"[{step}]" if isinstance(step, int) else f".{step[:LONGEST_NAME_SHOWN]}" for step in steps
    )
    return "".join(named).removeprefix(".")


def _sentence(model: type[BaseModel], error: Any) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        names = (field.alias or name for name, field in model.model_fields.items())
        return f"There is no field of this name. Use {', '.join(names)}"
    if kind == "missing":
        return _missing(model, str(error["loc"][-1]))
    return _IN_OUR_WORDS.get(kind) or str(error["msg"])


def _missing(model: type[BaseModel], name: str) -> str:
    """As the field's own type says it (`what` of web.field_types), else in general words."""
    for own, field in model.model_fields.items():
        if (field.alias or own) == name:
            for said in field.metadata:
                if what := getattr(said, "what", ""):
                    return f"Enter {what}"
    return "Enter this field"
