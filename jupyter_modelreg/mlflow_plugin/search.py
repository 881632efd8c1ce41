"""MLflow's filter strings, orders and page tokens, as the registry's searches.

MLflow's own parser reads them, in the order in which its SQL store does, so that the grammar and the errors are its
own. What makes its parser stumble (`IS NULL`, an open quote) is INVALID_PARAMETER_VALUE here, not a bare ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from mlflow.exceptions import MlflowException
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
)
from mlflow.utils.search_utils import SearchModelUtils, SearchModelVersionUtils, SearchUtils

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.fields import field_of
from jupyter_modelreg.core.query.paging import encode_token, is_token
from jupyter_modelreg.core.query.search import Condition, Order, Scalar

# One comparison as MLflow's parser gives it back: type, key, comparator and value.
Parsed = Mapping[str, object]

_TAG_COMPARATORS = ("=", "!=", "LIKE", "ILIKE")
_NOT_POSITIVE = "Invalid value for max_results. It must be a positive integer"
_NEWEST_FIRST = ("last_updated_timestamp DESC", "name ASC", "version_number DESC")


@dataclass(frozen=True, kw_only=True)
class Query:
    """What `Models.search` and `Versions.search` take; with a `limit` of 0 there is nothing to look for."""

    conditions: Sequence[Condition]
    order: Sequence[Order]
    prompts: bool
    limit: int
    page_token: str | None


def model_query(
    filter_string: str | None, max_results: int, order_by: Sequence[str] | None, page_token: str | None
) -> Query:
    """A search for registered models. Raises InvalidInput and MlflowException, as MLflow's SQL store would."""
    _check_max_results(max_results, SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD)
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


def version_query(
    filter_string: str | None, max_results: int, order_by: Sequence[str] | None, page_token: str | None
) -> Query:
    """A search for model versions. Raises InvalidInput and MlflowException, as MLflow's SQL store would."""
    if not isinstance(max_results, int) or max_results < 1:
        raise InvalidInput(f"{_NOT_POSITIVE}, but got {max_results}", "ask for at least 1")
    _check_max_results(max_results, SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD)
    parsed = _parse_filter(SearchModelVersionUtils, filter_string)
    return Query(
        conditions=[_version_condition(comparison) for comparison in parsed],
        order=_order(order_by or _NEWEST_FIRST, _version_order),
        prompts=_asks_for_prompts(parsed),
        limit=max_results,
        page_token=_token(page_token),
    )


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
