"""The description of the service for programs, as OpenAPI 3.1 has it: https://spec.openapis.org/oas/v3.1.0"""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..turn import FORMS, PRIVACY_LEVELS
from .task_request import (
    LANGUAGES,
    MAX_LISTED,
    MAX_SOURCES,
    MAX_TABLE,
    MAX_TEXT,
    MAX_UPLOAD,
    NAME,
    RESULT_FORMATS,
    THREAD,
    UPLOADS,
    WAYS_TO_ASK,
    WAYS_TO_GIVE,
)
from .task_store import PRIORITIES, STATES

Json = dict[str, Any]


def openapi(base_url: str) -> Json:
    """The document.

    Args:
        base_url: The server's base URL, with a slash at its end.

    Example:
        >>> sorted(openapi("/")["paths"])[0]
        '/analyst/datasets'
    """
    return {
        "openapi": "3.1.0",
        "info": {"title": "Analyst Magic", "version": __version__, "description": "Questions to data, as tasks."},
        "servers": [{"url": base_url.rstrip("/") or "/"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "Authorization"}},
            "schemas": {"Request": _request(), "Message": _message(), "Task": _task(), "Error": _error()},
        },
    }


_THREAD: Json = {"name": "thread", "schema": {"type": "string", "pattern": f"^{THREAD.pattern}$"}}
_LIMIT: Json = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LISTED}}


def _paths() -> Json:
    return {
        **_task_paths(),
        **_conversation_paths(),
        **_dataset_paths(),
        "/analyst/openapi.json": {
            "get": _operation("Get this document", {"200": _json("Found", {"type": "object"}), **_errors(429)})
        },
    }


def _task_paths() -> Json:
    task = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
    state = {"name": "state", "in": "query", "schema": {"type": "string", "enum": list(STATES)}}
    form = {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(RESULT_FORMATS)}}
    table = {"name": "table", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MAX_TABLE}}
    body, accepted = _body("Request"), _accepted()
    found, listed = _json("The task", _ref("Task")), _json("Found", {"type": "object"})
    result = _json("The result", {"type": "object"})
    result["content"] |= {"text/html": {"schema": {"type": "string"}}, "application/vnd.apache.arrow.stream": {}}
    events = {"description": "Events", "content": {"text/event-stream": {}}}
    return {
        "/analyst/tasks": {
            "get": _operation(
                "List tasks", {"200": listed, **_errors(400, 429)}, [state, {**_THREAD, "in": "query"}, _LIMIT]
            ),
            "post": _operation("Submit a task", accepted, body=body),
        },
        "/analyst/figures": {"post": _operation("Make a dashboard", accepted, body=body)},
        "/analyst/tasks/{id}": {
            "get": _operation("Get a task", {"200": found, **_errors(404, 429)}, [task]),
            "delete": _operation("Cancel a task", {"200": found, **_errors(404, 429)}, [task]),
        },
        "/analyst/tasks/{id}/retry": {
            "post": _operation("Run a task again", {**accepted, **_errors(404, 409)}, [task]),
        },
        "/analyst/tasks/{id}/result": {
            "get": _operation("Get a result", {"200": result, **_errors(400, 404, 409, 429, 503)}, [task, form, table]),
        },
        "/analyst/tasks/{id}/events": {
            "get": _operation("Follow a task", {"200": events, **_errors(404, 429)}, [task]),
        },
    }


def _conversation_paths() -> Json:
    thread = {**_THREAD, "in": "path", "required": True}
    read = {"200": _json("Found", {"type": "object"}), **_errors(400, 404, 429)}
    accepted = {**_accepted(), **_errors(404)}
    return {
        "/analyst/threads/{thread}/messages": {
            "get": _operation("Read a conversation", read, [thread, _LIMIT]),
            "post": _operation("Go on with a conversation", accepted, [thread], body=_body("Message")),
        },
    }


def _dataset_paths() -> Json:
    dataset = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    found = _json("Found", {"type": "object"})
    return {
        "/analyst/datasets": {"get": _operation("List data files", {"200": found, **_errors(400, 429)}, [_LIMIT])},
        "/analyst/datasets/{id}/schema": {
            "get": _operation("Get the columns of a file", {"200": found, **_errors(404, 429, 503)}, [dataset]),
        },
    }


def _body(schema: str) -> Json:
    return {"required": True, "content": {"application/json": {"schema": _ref(schema)}}}


def _accepted() -> Json:
    return {"202": _json("The task", _ref("Task")), **_errors(400, 413, 429, 503)}


def _operation(summary: str, responses: Json, parameters: list[Json] | None = None, body: Json | None = None) -> Json:
    responses = {**responses, **_errors(403)}
    made: Json = {"summary": summary, "operationId": summary.lower().replace(" ", "_"), "responses": responses}
    if parameters:
        made["parameters"] = parameters
    if body:
        made["requestBody"] = body
    return made


def _errors(*codes: int) -> Json:
    return {str(code): _json("What is wrong, and the next step", _ref("Error")) for code in codes}


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _error() -> Json:
    texts = {name: {"type": ["string", "null"]} for name in ("message", "next_step", "reason")}
    return {"type": "object", "properties": texts}


def _request() -> Json:
    text = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S"}
    name = {"type": "string", "pattern": f"^{NAME.pattern}$"}
    upload = {"type": "string", "maxLength": MAX_UPLOAD}
    needed: Json = {way: [] if way == "connection" else ["name"] for way in WAYS_TO_GIVE}  # a connection has a name
    source = {
        "type": "object",
        "additionalProperties": False,
        "description": "A file below the server's root, an upload (as text or in Base64) or a registered connection.",
        "oneOf": [{"required": [way, *needed[way]]} for way in WAYS_TO_GIVE],
        "dependentSchemas": {"file": {"anyOf": [{"required": [way]} for way in UPLOADS]}},
        "properties": {"name": name, "path": {"type": "string"}, "file": {"type": "string"},
                       "content": upload, "base64": upload, "connection": name},
    }  # fmt: skip
    options = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "model": {"type": "string", "minLength": 1, "maxLength": 200},
            "privacy": {"type": "string", "enum": list(PRIVACY_LEVELS)},
            "timeout": {"type": "number", "minimum": 0.1, "maximum": 3600},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "Either a question in plain words or code.",
        "oneOf": [{"required": [way]} for way in WAYS_TO_ASK],
        "dependentRequired": {"language": ["code"]},
        "properties": {
            "question": text,
            "code": text,
            "language": {"type": "string", "enum": list(LANGUAGES)},
            "form": {"type": "string", "enum": list(FORMS)},
            "thread": {"type": "string", "pattern": f"^{THREAD.pattern}$"},
            "priority": {"type": "string", "enum": list(PRIORITIES)},
            "sources": {"type": "array", "items": source, "maxItems": MAX_SOURCES},
            "options": options,
        },
    }


def _message() -> Json:
    """A request to an address that names the conversation."""
    request = _request()
    return {**request, "properties": {name: value for name, value in request["properties"].items() if name != "thread"}}


def _task() -> Json:
    moment = {"type": ["number", "null"]}
    return {
        "type": "object",
        "required": ["id", "state", "thread", "created"],
        "properties": {
            "id": {"type": "string"},
            "state": {"type": "string", "enum": list(STATES)},
            "thread": {"type": "string"},
            "created": {"type": "number"},
            "started": moment,
            "ended": moment,
            "progress": {"type": "string"},
            "retry_of": {"type": "string"},
            "request": {"type": "object"},
            "error": {"type": ["object", "null"]},
        },
    }
