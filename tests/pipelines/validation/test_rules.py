"""The suites as data: complete, named in sentences, with a reason each, and understood by Great Expectations."""

from __future__ import annotations

import re

import pytest
import yaml

from connectors.tabular.tables import Table
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, tables_of
from pipelines.validation.rules import SUITES, suite_of

TABLES = [table for source in (*FILE_SOURCES, JIRA_SOURCE) for table in tables_of(source)]
SENTENCE = re.compile(r"[a-z0-9]+(_[a-z0-9]+){2,}")


@pytest.mark.parametrize("source", [*FILE_SOURCES, JIRA_SOURCE])
def test_a_suite_lists_every_canonical_table_of_its_source_and_no_other(source: str) -> None:
    listed = yaml.safe_load((SUITES / f"{source}.yaml").read_text())
    assert (listed["source"], list(listed["tables"])) == (source, [table.name for table in tables_of(source)])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.schema}.{table.name}")
def test_every_rule_is_a_sentence_with_a_reason_and_stands_once(table: Table) -> None:
    rules = suite_of(table).rules
    assert all(SENTENCE.fullmatch(rule.name) and rule.notes.strip().endswith(".") for rule in rules)
    assert len({rule.name for rule in rules}) == len(rules)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.schema}.{table.name}")
def test_every_required_column_and_every_choice_is_asked(table: Table) -> None:
    asked = {rule.name: set(rule.columns) for rule in suite_of(table).row_rules}
    assert asked["required_values_are_present"] == set(table.required)
    choices = {column.name for column in table.columns if column.choices}
    assert asked.get("words_are_from_the_known_list", set()) == choices


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.schema}.{table.name}")
def test_only_rules_of_the_batch_refuse_and_every_row_rule_says_what_to_do(table: Table) -> None:
    suite = suite_of(table)
    assert {rule.effect for rule in suite.batch_rules} == {"refuse"}
    assert all(rule.effect in ("quarantine", "warn") for rule in suite.reader_rules + suite.row_rules)
    assert all(rule.rule and rule.message and rule.expectation for rule in suite.row_rules)


def test_every_expectation_is_one_of_great_expectations() -> None:
    import great_expectations.expectations as gxe

    named = {rule.expectation for table in TABLES for rule in suite_of(table).row_rules}
    assert all(hasattr(gxe, str(name)) for name in named)
