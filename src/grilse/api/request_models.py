"""Strict reading of requests: unknown, repeated and mistyped values are refused by their names."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, ClassVar, get_args
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationErrorContext
from ninja.operation import Operation
from ninja.params.models import BodyModel, ParamModel
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from grilse.api.problems import StatusError
from grilse.errors import GrilseError, describe_unknown_name
from grilse.input_types import TEXT_FORMATS, TextFormat, describe_fault

SURROGATE_ESCAPE, SURROGATE = re.compile(r"\\u[dD][89a-fA-F]"), re.compile("[\ud800-\udfff]")
MAX_VALUES = 300_000
"""Values of a JSON document, each of which takes about 100 bytes."""
MAX_LISTED = 1_000
"""Errors of a request that are described."""
REPEATED_KEY = "\x00repeated"
"""The key of what takes the place of an item of a queue that has a key twice; its value is that key."""


class RepeatedKeys(dict[str, Any]):
    """A JSON object that has a key twice, of which a dict would drop the first value."""

    name: str


class StrictBodyModel(BodyModel):
    """A JSON body that is read by the types of JSON: no text is a number, and no number a time."""

    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Any:
        """Return the values of a body."""
        if not request.body:
            return cls.model_validate({})
        name = cls.__read_from_single_attr__
        queues = getattr(cls.model_fields[name].annotation, "queues", ())
        text = replace_half_characters(parse_json_text(request.body, "body", name, queues=queues))
        return cls.model_validate_json(f'{{"{name}":{text}}}')


class StrictTextModel(ParamModel):
    """Parameters of an address, whose texts state a value in one way: neither `5.0` nor ` 5 ` is a whole number."""

    text_formats: ClassVar[Mapping[str, TextFormat]]

    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Any:
        """Return the values of parameters."""
        texts = cls.get_request_data(request, api, path_params) or {}
        if faults := [*cls._iter_format_errors(texts)]:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return super().resolve(request, api, path_params)

    @classmethod
    def _iter_format_errors(cls, texts: Mapping[str, str]) -> Iterator[InitErrorDetails]:
        for name in cls.text_formats.keys() & texts.keys():
            try:
                cls.text_formats[name](texts[name])
            except PydanticCustomError as error:
                yield InitErrorDetails(type=error, loc=(name,), input=texts[name])


def replace_half_characters(text: str) -> str:
    """Return a JSON text with a NUL for each half of a character, which its field then refuses by name."""
    if not SURROGATE_ESCAPE.search(text):
        return text
    return SURROGATE.sub(r"\\u0000", json.dumps(json.loads(text), ensure_ascii=False))


def make_strict(model: Any) -> Any:
    """Return the model of a body or of parameters that reads them strictly."""
    if issubclass(model, BodyModel):
        return type(model.__name__, (StrictBodyModel, model), {})
    formats = {
        name: TEXT_FORMATS[kind]
        for name, path in model.__ninja_flatten_map__.items()
        if (kind := _find_type(model, path)) in TEXT_FORMATS
    }
    return type(model.__name__, (StrictTextModel, model), {"text_formats": formats})


def _find_type(model: Any, path: Sequence[str]) -> Any:
    """Return the type of the field at a path; of several types None."""
    *parents, name = path
    for part in parents:
        model = model.model_fields[part].annotation
    annotation = model.model_fields[name].annotation
    kinds = {part for part in get_args(annotation) or (annotation,) if part is not NoneType}
    [kind, *others] = kinds
    return None if others else getattr(kind, "__origin__", kind)


def parse_json_text(body: bytes, *path: str, queues: Sequence[str] = ()) -> str:
    """Return the text of the JSON document at a path; refuse what is no JSON, and an object that has a key twice.

    In the lists named by `queues` an item that has a key twice is marked instead.
    """
    repeated: list[RepeatedKeys] = []

    def build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        marked = RepeatedKeys(value)
        marked.name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        repeated.append(marked)
        return marked

    text = decode_json(body)
    document = load_json(text, build_object)
    if not repeated:
        return text
    lists: list[Any] = [document.get(name) for name in queues] if isinstance(document, dict) else []
    for items in lists:
        for place, item in enumerate(items if isinstance(items, list) else ()):
            if (part := find_repeated(item)) is not None:
                items[place] = {REPEATED_KEY: part.name}
    if (part := find_repeated(document)) is not None:
        field = ".".join((*path, *find_path(document, part), part.name))
        raise GrilseError(f"{field} is there twice: leave one of the two out", field=field)
    return json.dumps(document)


def decode_json(body: bytes) -> str:
    """Return the text of a JSON document; refuse one with too many values before they are made."""
    try:
        text = body.decode(json.detect_encoding(body)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise HttpError(400, f"the body is no JSON: {error}") from None
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        raise HttpError(413, f"the body has more than {MAX_VALUES:,} values: send it in parts")
    return text


def load_json(text: str, build_object: Callable[[list[tuple[str, Any]]], Any]) -> Any:
    """Return a JSON document; refuse what is no JSON."""
    try:
        return json.loads(text, object_pairs_hook=build_object)
    except RecursionError:
        raise HttpError(422, "the body has lists or objects within too many others: write it flat") from None
    except ValueError as error:
        raise HttpError(400, f"the body is no JSON: {error}") from None


def find_repeated(document: Any) -> RepeatedKeys | None:
    """Return the first object of a document that has a key twice."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, RepeatedKeys):
            return value
        waiting += reversed(
            list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        )
    return None


def find_path(document: Any, part: Any) -> tuple[str, ...]:
    """Return the keys and indexes that lead to a part of a document."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if value is part:
            return path
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*path, str(key)), item) for key, item in items]
    return ()


def refuse_unknown_parameters(request: HttpRequest, operation: Operation) -> None:
    """Refuse query parameters that an operation does not have, and those that are given twice or are no text."""
    known = list_parameters(operation)
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeDecodeError:
        raise GrilseError("the address is not in UTF-8: encode its parameters in UTF-8") from None
    for name, values in request.GET.lists():
        if name not in known:
            raise GrilseError(describe_unknown_name("parameter", name, known), field=name)
        if len(values) > 1:
            raise GrilseError(f"the parameter {name} is there twice: give it once", field=name)


def list_parameters(operation: Operation) -> list[str]:
    """Return the query parameters of an operation; each has one value."""
    models: list[Any] = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return [name for model in models for name in model.__ninja_flatten_map__]


def refuse_unknown_body(request: HttpRequest, operation: Operation) -> None:
    """Refuse a body where an operation has none; a file that it reads by itself is declared in the document."""
    has_body = any(issubclass(model, BodyModel) for model in operation.models)
    if has_body or "requestBody" in (operation.openapi_extra or {}) or not request.body:
        return
    sent = json.loads(parse_json_text(request.body, "body"))
    if sent == {}:  # what many clients send in place of nothing
        return
    path = f"body.{next(iter(sent))}" if isinstance(sent, dict) else "body"
    parameters = ", ".join(list_parameters(operation))
    remedy = f"send {parameters} in the address" if parameters else "leave it out"
    raise GrilseError(f"{path}: this operation takes no body, {remedy}", field=path)


def describe_errors(contexts: Sequence[ValidationErrorContext[Any]]) -> list[dict[str, Any]]:
    """Return the field and the message of each error in the models of a request, of the first thousand."""
    errors = [
        (context.model, error)
        for context in contexts
        for error in context.pydantic_validation_error.errors(include_url=False)
    ]
    listed = [
        {"loc": (model.__ninja_param_source__, *_get_location(model, error)), "msg": _describe_error(model, error)}
        for model, error in errors[:MAX_LISTED]
    ]
    more = len(errors) - len(listed)
    return [*listed, *([{"loc": ("",), "msg": f"{more:,} more errors"}] if more else [])]


def list_known_fields(model: type[BaseModel], path: Iterable[int | str]) -> list[str]:
    """Return the fields of the schema at a path within a model; of a union, those of its members."""
    schemas = [model]
    for part in path:
        fields = [field.annotation for schema in schemas for name, field in iter_fields(schema) if name == part]
        tagged = [schema for schema in schemas if part in _list_tags(schema)]
        schemas = [schema for field in fields for schema in iter_schemas(field)] or tagged or schemas
    return list(dict.fromkeys(name for schema in schemas for name, _ in iter_fields(schema)))


def _list_tags(schema: type[BaseModel]) -> list[Any]:
    return [tag for _, field in iter_fields(schema) for tag in get_args(field.annotation)]


def iter_fields(schema: type[BaseModel]) -> Iterable[tuple[str, Any]]:
    """Yield the name in requests and the declaration of each field of a schema."""
    return ((field.alias or name, field) for name, field in schema.model_fields.items())


def iter_schemas(annotation: Any) -> Iterable[type[BaseModel]]:
    """Yield the schemas that a type consists of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from iter_schemas(part)


def _get_location(model: Any, error: Any) -> tuple[int | str, ...]:
    reverse: dict[Any, tuple[str, ...]] = model.__ninja_flatten_map_reverse__
    location: tuple[int | str, ...] = reverse.get(error["loc"], error["loc"])
    # The field that tells the schemas of a union apart.
    return (*location, error["ctx"]["discriminator"].strip("'")) if error["type"].startswith("union_tag") else location


def _describe_error(model: Any, error: Any) -> str:
    if error["type"] == "extra_forbidden":
        *parents, name = error["loc"]
        return describe_unknown_name("field", str(name), list_known_fields(model, parents))
    return "Field required" if error["type"] == "union_tag_not_found" else describe_fault(error)


def read_file_body(request: HttpRequest, max_bytes: int, error: GrilseError) -> bytes:
    """Return the body of a request; answer 413 with an error where it is larger, before all of it is read."""
    content = request.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise StatusError(413, str(error), field=error.field)
    return content
