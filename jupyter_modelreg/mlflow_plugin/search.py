"""MLflow's filter strings, orders and page tokens, as the registry's searches.

MLflow's own parser reads them first, in the order in which its SQL store does, so that what it takes means here what it
means there. What it refuses is read in the registry's own language; what that refuses, too, gets MLflow's error, with
ours as the hint. What makes its parser stumble (an open quote) is INVALID_PARAMETER_VALUE here, not a bare ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
)
from mlflow.utils.search_utils import SearchModelUtils, SearchModelVersionUtils, SearchUtils

from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.fields import Kind, field_of
from jupyter_modelreg.core.query.paging import Page, encode_token, is_token
from jupyter_modelreg.core.query.search import Condition, Order, Scalar

T = TypeVar("T", Model, Version)
# One comparison as MLflow's parser gives it back: type, key, comparator and value.
Parsed = Mapping[str, object]

_TAG_COMPARATORS = ("=", "!=", "LIKE", "ILIKE")
_NOT_POSITIVE = "Invalid value for max_results. It must be a positive integer"
_NEWEST_FIRST = ("last_updated_timestamp DESC", "name ASC", "version_number DESC")


@dataclass(frozen=True, kw_only=True)
class Query:
    """What to ask of `Models` or `Versions`; with a `limit` of 0 there is nothing to look for.

    Attributes:
        conditions, order, prompts: what MLflow's parser has read.
        filter, order_by: what it has not, and the registry's language has; None where MLflow's has read all.
    """

    conditions: Sequence[Condition] = ()
    order: Sequence[Order] = ()
    prompts: bool = False
    filter: str | None = None
    order_by: str = ""
    limit: int
    page_token: str | None

    def page(self, topic: _Searched[T], limit: int | None = None) -> Page[T]:
        """What is found, at most `limit` if that is given."""
        most = self.limit if limit is None else limit
        if self.filter is not None:
            return topic.find(self.filter, order_by=self.order_by, limit=most, page_token=self.page_token)
        return topic.search(self.conditions, self.order, prompts=self.prompts, limit=most, page_token=self.page_token)


class _Searched(Protocol[T]):
    """`Models` or `Versions`."""

    def search(
        self,
        conditions: Sequence[Condition],
        order: Sequence[Order],
        *,
        prompts: bool,
        limit: int,
        page_token: str | None,
    ) -> Page[T]: ...

    def find(self, filter: str, *, order_by: str, limit: int, page_token: str | None) -> Page[T]: ...


def model_query(
    filter_string: str | None, max_results: int, order_by: Sequence[str] | None, page_token: str | None
) -> Query:
    """A search for registered models. Raises InvalidInput and MlflowException, as MLflow's SQL store would."""
    _check_max_results(max_results, SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD)

    def by_mlflow() -> Query:
        parsed = _parse_filter(SearchModelUtils, filter_string)
        order = _order(order_by or (), _model_order)
        token = _token(page_token)
        return Query(
            conditions=[_model_condition(comparison) for comparison in parsed],
            order=order,
            prompts=_asks_for_prompts(parsed),
            limit=max(0, max_results),
            page_token=token,
        )

    return _read("model", by_mlflow, filter_string, order_by or (), max(0, max_results), page_token)


def version_query(
    filter_string: str | None, max_results: int, order_by: Sequence[str] | None, page_token: str | None
) -> Query:
    """A search for model versions. Raises InvalidInput and MlflowException, as MLflow's SQL store would."""
    if not isinstance(max_results, int) or max_results < 1:
        raise InvalidInput(f"{_NOT_POSITIVE}, but got {max_results}", "ask for at least 1")
    _check_max_results(max_results, SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD)

    def by_mlflow() -> Query:
        parsed = _parse_filter(SearchModelVersionUtils, filter_string)
        return Query(
            conditions=[_version_condition(comparison) for comparison in parsed],
            order=_order(order_by or _NEWEST_FIRST, _version_order),
            prompts=_asks_for_prompts(parsed),
            limit=max_results,
            page_token=_token(page_token),
        )

    return _read("version", by_mlflow, filter_string, order_by or _NEWEST_FIRST, max_results, page_token)


def _read(
    kind: Kind,
    by_mlflow: Callable[[], Query],
    filter_string: object,
    order_by: Sequence[str],
    limit: int,
    page_token: str | None,
) -> Query:
    """What MLflow's parser reads, else what the registry's own language does. Raises MLflow's error for neither."""
    try:
        return by_mlflow()
    except (InvalidInput, MlflowException) as refusal:
        # Few filters need these.
        from jupyter_modelreg.core.query.finding import sought_of
        from jupyter_modelreg.core.query.words import plain_words

        if not isinstance(filter_string, str | None) or not isinstance(order_by, list | tuple):
            raise
        if filter_string and plain_words(filter_string):
            raise
        filter, order = filter_string or "", ", ".join(map(str, order_by))
        try:
            sought_of(kind, filter, order, epoch_ms())
        except InvalidInput as ours:
            raise _refused(refusal, ours) from None
        return Query(filter=filter, order_by=order, limit=limit, page_token=_token(page_token))


def _refused(refusal: InvalidInput | MlflowException, ours: InvalidInput) -> InvalidInput | MlflowException:
    """MLflow's error, with what the registry's language has to say as the hint, in a line."""
    said = f"{ours.message}: {(ours.hint or '').rpartition('^ ')[2]}"
    if isinstance(refusal, InvalidInput):
        return InvalidInput(refusal.message, said)
    return MlflowException(f"{refusal.message}\nHint: {said}", error_code=ErrorCode.Value(refusal.error_code))


def webhook_page(max_results: int | None, page_token: str | None) -> tuple[int, str | None]:
    """How many webhooks a page takes, and the registry's own token for it. Raises InvalidInput."""
    limit = max_results or 100
    if not isinstance(limit, int) or not 1 <= limit <= 1000:
        raise InvalidInput("max_results must be between 1 and 1000.", f"it is {max_results}")
    return limit, _token(page_token)


def _check_max_results(max_results: int, most: int) -> None:
    if isinstance(max_results, int | float) and max_results > most:
        raise InvalidInput(
            f"Invalid value for request parameter max_results. It must be at most {most}, but got value {max_results}",
            "ask for fewer, then for the page after",
        )
    if not isinstance(max_results, int):
        raise InvalidInput(f"{_NOT_POSITIVE}, but got {max_results}", "write a whole number")


# --- filters -----------------------------------------------------------------------------------------------


def _parse_filter(grammar: type[SearchUtils], filter_string: str | None) -> Sequence[Parsed]:
    with _readable("filter", filter_string, "compare with AND between, like name = 'fraud' AND tags.task = 'ranking'"):
        if isinstance(filter_string, str):
            return _parsed(grammar.parse_search_filter, filter_string)
        parsed: Sequence[Parsed] = grammar.parse_search_filter(filter_string)
        return parsed


@lru_cache(maxsize=200)
def _parsed(parse: Callable[[str], Sequence[Parsed]], filter_string: str) -> Sequence[Parsed]:
    # MLflow's parser takes longer than looking for a page does, and every page comes with the filter of the first.
    return tuple(parse(filter_string))


def _asks_for_prompts(parsed: Sequence[Parsed]) -> bool:
    """Whether the first word on the prompt tag is that there be one (MLflow: `_is_querying_prompt`)."""
    for comparison in parsed:
        if comparison["type"] == "tag" and comparison["key"] == PROMPT_TAG:
            wanted = (comparison["comparator"], str(comparison["value"]).lower())
            return wanted in (("=", "true"), ("!=", "false"))
    return False


def _model_condition(comparison: Parsed) -> Condition:
    if comparison["type"] == "tag":
        return _tag_condition(comparison)
    return _condition(comparison, "name", ("=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"))


def _version_condition(comparison: Parsed) -> Condition:
    if comparison["type"] == "tag":
        return _tag_condition(comparison)
    key = str(comparison["key"])
    field = field_of(key)
    if field.type == "whole":
        _check_comparator(comparison, sorted(SearchModelVersionUtils.VALID_NUMERIC_ATTRIBUTE_COMPARATORS), f" {key}")
        number = _whole_number(key, comparison["value"])
        return Condition(field.name, comparison["comparator"], number)  # type: ignore[arg-type]
    listed = ("IN", "NOT IN") if key in ("name", "run_id") else ()
    return _condition(comparison, field.name, ("=", "!=", "LIKE", "ILIKE", *listed))


def _tag_condition(comparison: Parsed) -> Condition:
    return _condition(comparison, f"tags.{comparison['key']}", _TAG_COMPARATORS)


def _condition(comparison: Parsed, field: str, comparators: Sequence[str]) -> Condition:
    _check_comparator(comparison, comparators)
    return Condition(field, comparison["comparator"], comparison["value"])  # type: ignore[arg-type]


def _check_comparator(comparison: Parsed, comparators: Sequence[str], of: str = "") -> None:
    if comparison["comparator"] not in comparators:
        raise InvalidInput(
            f"Invalid comparator for {comparison['type']}{of}: {comparison['comparator']}",
            f"on {comparison['key']} use one of {', '.join(comparators)}",
        )


def _whole_number(key: str, value: object) -> Scalar:
    try:
        if isinstance(value, float):
            raise ValueError("a version number has no fraction")
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"Invalid value for numeric attribute '{key}': {value!r}", "compare with a whole number"
        ) from error


# --- order and paging --------------------------------------------------------------------------------------


def _order(clauses: Sequence[str], parse: Callable[[str], Order]) -> Sequence[Order]:
    with _readable("order_by", clauses, "write a list like ['name ASC', 'last_updated_timestamp DESC']"):
        orders = [parse(clause) for clause in clauses]
    if len({order.field for order in orders}) < len(orders):
        # MLflow gives no code for this, which makes it INTERNAL_ERROR.
        raise MlflowException(f"`order_by` contains duplicate fields: {clauses}")
    return orders


@lru_cache(maxsize=200)
def _model_order(clause: str) -> Order:
    key, ascending = SearchUtils.parse_order_by_for_search_registered_models(clause)
    return Order(field_of(key).name, descending=not ascending)


@lru_cache(maxsize=200)
def _version_order(clause: str) -> Order:
    _, key, ascending = SearchModelVersionUtils.parse_order_by_for_search_model_versions(clause)
    return Order(field_of(key).name, descending=not ascending)


def _token(page_token: str | None) -> str | None:
    """The registry's own token stays as it is; a number of rows to skip, as MLflow's store has it, is taken too."""
    if is_token(page_token):
        return page_token
    with _readable("page token", page_token, "take it from the page before, unchanged"):
        return encode_token({"offset": max(0, int(SearchUtils.parse_start_offset_from_page_token(page_token)))})


@contextmanager
def _readable(what: str, text: object, hint: str) -> Iterator[None]:
    """MLflow's parsers let bare errors through for some of what they cannot read; make them one kind of error."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise InvalidInput(f"cannot read the {what} {text!r}", hint) from error
