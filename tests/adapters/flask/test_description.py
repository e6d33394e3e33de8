"""The API against its own OpenAPI document: generated requests, right and wrong ones."""

import base64
import json
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

import fashion_plugin_adapters.flask
from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint

DOCUMENT = json.loads(
    (Path(fashion_plugin_adapters.flask.__file__).parent / "static" / "openapi.json").read_text("utf-8")
)
ROUTES = [
    pytest.param(path, method.upper(), mode, id=f"{path}-{mode.value}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    for mode in GenerationMode
    # A route that takes nothing takes nothing wrong.
    if not mode.is_negative or "requestBody" in operation or operation.get("parameters")
]
# A description cannot say which bytes are a photo, nor which ids and addresses there are.
UNTOLD = [positive_data_acceptance]


@pytest.fixture
def described(wardrobe: FashionPlugin, outfit: bytes) -> schemathesis.BaseSchema:
    """The description, with ids and a photo that this shop knows, so that answers of 200 are checked too."""
    app = Flask("host")
    app.register_blueprint(fashion_blueprint(wardrobe))
    document = app.test_client().get("/openapi.json").get_json()
    known = {"type": "string", "enum": ["red-hat", "blue-bag", "none/such"]}
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "product_id":
                    parameter["schema"] = known
            body = operation.get("requestBody", {"content": {"application/json": {"schema": {}}}})
            properties = body["content"]["application/json"]["schema"].get("properties", {})
            if "product_id" in properties:
                properties["product_id"] = known
            if "image_base64" in properties:
                properties["image_base64"] = {"type": "string", "enum": [base64.b64encode(outfit).decode()]}
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    return schema


@pytest.mark.parametrize(("path", "method", "mode"), ROUTES)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Case) -> None:
        assume(not (case.media_type == "multipart/form-data" and _leaves_out(case.body)))
        case.call_and_validate(excluded_checks=UNTOLD)

    check()


def _leaves_out(body: object) -> bool:
    """Whether a form's field is one that no part is sent for, such as null: then what is sent is right."""
    return isinstance(body, dict) and any(value in (None, [], {}) for value in body.values())
