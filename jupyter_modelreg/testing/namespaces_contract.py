"""The store contract's part on catalogs and schemas."""

from __future__ import annotations

from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.search import Start
from jupyter_modelreg.testing.store_records import ODD, append, catalog, names, put, schema

# By code points: capitals before small letters, accents behind both.
_SORTED = ["B", "Z", "a", "aa", "é"]


class CatalogsContract:
    """`CatalogRows`."""

    def test_a_catalog_comes_back_as_it_was(self, store: Store) -> None:
        odd = catalog(1, ODD, description=ODD)
        put(store, odd, catalog(2, "bare", description=None))
        with store.read() as tx:
            assert tx.catalogs.get(ODD) == odd
            assert tx.catalogs.get("bare") == catalog(2, "bare")
            assert tx.catalogs.get("BARE") is None
            assert tx.catalogs.get("") is None

    def test_catalogs_are_listed_by_name_a_page_at_a_time(self, store: Store) -> None:
        put(store, *(catalog(number, name) for number, name in enumerate(reversed(_SORTED), 1)))
        with store.read() as tx:
            assert names(tx.catalogs.list()) == _SORTED
            assert names(tx.catalogs.list(2)) == _SORTED[:2]
            assert names(tx.catalogs.list(2, Start({"name": "a"}))) == _SORTED[3:]
            assert names(tx.catalogs.list(2, Start({"name": "Y"}))) == _SORTED[1:3]
            assert names(tx.catalogs.list(None, Start(offset=3))) == _SORTED[3:]
            assert names(tx.catalogs.list(1, Start({"name": "B"}, offset=1))) == ["a"]
            assert tx.catalogs.list(5, Start({"name": "é"})) == []

    def test_a_change_changes_what_it_names_and_no_more(self, store: Store) -> None:
        put(store, catalog(1, "a", description="old"), catalog(2, "b"))
        with store.write() as tx:
            tx.catalogs.update(1, {"name": "c", "description": None, "updated_at": 7, "updated_by": "cy"})
            tx.catalogs.update(99, {"description": "nobody's"})
            append(tx)
        with store.read() as tx:
            assert tx.catalogs.get("a") is None
            assert tx.catalogs.list() == [catalog(2, "b"), catalog(1, "c", updated_at=7, updated_by="cy")]

    def test_a_name_that_was_freed_can_be_taken(self, store: Store) -> None:
        put(store, catalog(1, "a"), catalog(2, "b"))
        with store.write() as tx:
            assert tx.catalogs.get("a") is not None
            tx.catalogs.delete(1)
            append(tx)
        with store.write() as tx:
            assert tx.catalogs.get("a") is None
            tx.catalogs.update(2, {"name": "a"})
            append(tx)
        put(store, catalog(3, "b"))
        with store.read() as tx:
            assert tx.catalogs.list() == [catalog(2, "a"), catalog(3, "b")]

    def test_names_near_a_catalogs(self, store: Store) -> None:
        put(store, catalog(1, "production"), catalog(2, "dev"), catalog(3, "product_ion"), catalog(4, "produce"))
        with store.read() as tx:
            assert tx.catalogs.closest("Producton")[0] == "production"
            assert len(tx.catalogs.closest("Producton")) <= 2
            assert list(tx.catalogs.closest("nothing like it")) == []


class SchemasContract:
    """`SchemaRows`."""

    def test_a_schema_comes_back_as_it_was(self, store: Store) -> None:
        odd = schema(3, f"prod.{ODD}", 1, description=ODD)
        put(store, catalog(1, "prod"), odd)
        with store.read() as tx:
            assert tx.schemas.get(f"prod.{ODD}") == odd
            assert tx.schemas.get(ODD) is None

    def test_schemas_are_listed_by_name_of_one_catalog_or_all(self, store: Store) -> None:
        put(store, catalog(1, "dev"), catalog(2, "prod"))
        put(store, schema(3, "prod.b", 2), schema(4, "prod.a", 2), schema(5, "dev.c", 1))
        with store.read() as tx:
            assert names(tx.schemas.list()) == ["dev.c", "prod.a", "prod.b"]
            assert names(tx.schemas.list(2)) == ["prod.a", "prod.b"]
            assert names(tx.schemas.list(2, 1)) == ["prod.a"]
            assert names(tx.schemas.list(2, 1, Start({"name": "prod.a"}))) == ["prod.b"]
            assert names(tx.schemas.list(None, 1, Start({"name": "dev.c"}))) == ["prod.a"]
            assert tx.schemas.list(9) == []

    def test_a_schema_is_changed_and_removed(self, store: Store) -> None:
        put(store, catalog(1, "prod"), schema(2, "prod.a", 1), schema(3, "prod.b", 1))
        with store.write() as tx:
            tx.schemas.update(2, {"name": "prod.c", "owner": "team"})
            tx.schemas.delete(3)
            append(tx)
        with store.read() as tx:
            assert tx.schemas.list() == [schema(2, "prod.c", 1, owner="team")]

    def test_names_near_a_schemas(self, store: Store) -> None:
        put(store, catalog(1, "prod"), schema(2, "prod.ml_team", 1), schema(3, "prod.risk", 1))
        with store.read() as tx:
            assert list(tx.schemas.closest("prod.ml_taem")) == ["prod.ml_team"]
