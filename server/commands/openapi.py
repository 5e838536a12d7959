"""``linkage openapi``: what a server would give at /openapi.json, without one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import orjson

import linkage.v1
from policy.text.terminal import show
from server.http.examples import examples_of
from server.http.methods import Methods
from server.http.openapi import openapi as document


def openapi() -> None:
    """Prints it."""
    names = [module.name for module in iter_modules(linkage.v1.__path__)]
    files = [import_module(f"linkage.v1.{name}") for name in names if name.endswith("_service_pb2")]
    services = [service.full_name for file in files for service in file.DESCRIPTOR.services_by_name.values()]
    made = document(Methods.described(services), examples_of())
    show(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode())
