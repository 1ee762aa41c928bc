"""Parameters of ``/v1/products``."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from paydesk.api.params.formats import Images, Web
from paydesk.api.params.grammar import (
    Array,
    Emptyable,
    Expand,
    Flag,
    Id,
    Metadata,
    MetadataChanges,
    NotYet,
    Params,
    Text,
)
from paydesk.api.params.lists import Created, Paging

OWN_ID_CHARACTERS_MAX = 255
"""Ids stand in indexes, and PostgreSQL takes no more than 2,704 bytes into one of their entries."""

DESCRIPTION_CHARACTERS_MAX = 40_000
DESCRIPTOR_CHARACTERS_MAX = 22
UNIT_LABEL_CHARACTERS_MAX = 12

OwnId = Annotated[str, Text(OWN_ID_CHARACTERS_MAX)]
Name = Annotated[str, Text(visible=True)]
Description = Annotated[str, Text(DESCRIPTION_CHARACTERS_MAX)]
Descriptor = Annotated[str, Text(DESCRIPTOR_CHARACTERS_MAX)]
UnitLabel = Annotated[str, Text(UNIT_LABEL_CHARACTERS_MAX)]


def _empty_to_none_of_them(value: Any, handler: Any) -> Any:
    return () if value == "" else handler(value)


class _CanBeNone:
    """Reads "" as no images at all."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_empty_to_none_of_them, handler(source))


class CreateProduct(Params):
    """``POST /v1/products``. The merchant may choose the `id`."""

    name: Name
    id: OwnId | None = None
    active: Flag | None = None
    description: Description | None = None
    images: Images | None = None
    metadata: Metadata | None = None
    shippable: Flag | None = None
    statement_descriptor: Descriptor | None = None
    tax_code: Id | None = None
    unit_label: UnitLabel | None = None
    url: Web | None = None
    default_price_data: NotYet = None
    marketing_features: NotYet = None
    package_dimensions: NotYet = None
    tax_details: NotYet = None
    expand: Expand = ()


class UpdateProduct(Params):
    """``POST /v1/products/{id}``."""

    name: Name | None = None
    active: Flag | None = None
    default_price: Id | None = None
    description: Emptyable[Description] = None
    images: Annotated[Images, _CanBeNone()] = ()
    metadata: Emptyable[MetadataChanges] = None
    shippable: Flag | None = None
    statement_descriptor: Descriptor | None = None
    tax_code: Emptyable[Id] = None
    unit_label: Emptyable[UnitLabel] = None
    url: Emptyable[Web] = None
    marketing_features: NotYet = None
    package_dimensions: NotYet = None
    tax_details: NotYet = None
    expand: Expand = ()


class ListProducts(Paging):
    """``GET /v1/products``."""

    active: Flag | None = None
    created: Created | None = None
    ids: Annotated[tuple[Id, ...], Array()] | None = None
    shippable: Flag | None = None
    url: Id | None = None
