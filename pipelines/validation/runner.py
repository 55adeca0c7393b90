"""Asks Great Expectations the row rules of one table over one extract.

Here: the only import of Great Expectations. It takes seconds, so it happens when there is a row to judge and not
before. Amounts are compared as integers: a Decimal bound would become a float there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.tabular.extract import TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.rows import DECIMALS
from pipelines.validation.rules import Rule, SuiteError

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 20
_UNIT = 10**DECIMALS
_LARGEST = Decimal(900_000_000)
_PAIR = "ExpectColumnPairValuesAToBeGreaterThanB"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found in one column: how many rows, and which (of a warning only the first few)."""

    rule: Rule
    column: str
    count: int
    rows: tuple[int, ...]


def run_rules(extract: TableExtract, rules: Sequence[Rule]) -> list[Finding]:
    """Asks all rules in one pass, then, in a second, which rows failed those that failed.

    Raises SuiteError when Great Expectations could not answer a rule: an unanswered question is no pass.
    """
    questions = {f"{rule.name}:{column}": (rule, column) for rule in rules for column in rule.columns}
    if not questions or len(extract) == 0:
        return []
    batch = _batch(_frame(extract, list(questions.values())))
    failed = _failed(extract.table, batch, questions)
    return [finding for finding in _findings(extract.table, batch, failed) if finding.count]


def _failed(table: Table, batch: Any, questions: dict[str, tuple[Rule, str]]) -> dict[str, tuple[Rule, str]]:
    answers = _ask(table, batch, questions, "BOOLEAN_ONLY")
    return {key: question for key, question in questions.items() if not answers[key]["success"]}


def _findings(table: Table, batch: Any, failed: dict[str, tuple[Rule, str]]) -> Iterator[Finding]:
    warned = {key: question for key, question in failed.items() if question[0].effect == "warn"}
    for key, answer in _ask(table, batch, warned, "SUMMARY").items():
        rows = answer["result"]["partial_unexpected_index_list"][:SAMPLE]
        yield Finding(*warned[key], answer["result"]["unexpected_count"], tuple(int(row) for row in rows))
    # Values are left out of the answer: with them a column that fails everywhere takes thirty times as long.
    complete = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
    others = {key: question for key, question in failed.items() if key not in warned}
    for key, answer in _ask(table, batch, others, complete).items():
        rows = sorted(int(row) for row in answer["result"]["unexpected_index_list"])
        yield Finding(*others[key], len(rows), tuple(rows))


def _ask(
    table: Table, batch: Any, questions: dict[str, tuple[Rule, str]], result_format: Any
) -> dict[str, dict[str, Any]]:
    """One validation of one suite; answers by question, because their order is not the suite's."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    if not questions:
        return {}
    expectations = [
        getattr(gxe, str(rule.expectation))(
            **_arguments(table, rule, column), meta={"key": key}, notes=rule.notes
        )
        for key, (rule, column) in questions.items()
    ]
    suite = gx.ExpectationSuite(name=f"{table.schema}.{table.name}", expectations=expectations)
    answers = [result.to_json_dict() for result in batch.validate(suite, result_format=result_format).results]
    _assert_answered(table, answers)
    return {answer["expectation_config"]["meta"]["key"]: answer for answer in answers}


def _assert_answered(table: Table, answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        details = answer["exception_info"]
        for each in [details] if "raised_exception" in details else details.values():
            if each["raised_exception"]:
                name = answer["expectation_config"]["meta"]["key"]
                raise SuiteError(
                    f"{table.schema}.{table.name}: {name} can't be asked: {each['exception_message']}"
                )


def _arguments(table: Table, rule: Rule, column: str) -> dict[str, Any]:
    arguments = {name: _bound(rule, value) for name, value in rule.arguments.items()}
    if rule.expectation == _PAIR:
        arguments |= {
            "column_A": _name(rule, column),
            "column_B": f"{rule.not_before}_days",
            "or_equal": True,
        }
        return arguments | {"ignore_row_if": "either_value_is_missing"}
    if rule.expectation == "ExpectColumnValuesToBeInSet":
        arguments["value_set"] = list(table.column(column).choices)
    if rule.where:
        from great_expectations.expectations.row_conditions import Column

        arguments["row_condition"] = Column(rule.where["column"]) == rule.where["equals"]
    return arguments | {"column": _name(rule, column)}


def _bound(rule: Rule, value: object) -> object:
    """A bound in the unit that the column is measured in, as an integer."""
    return int(Decimal(str(value)) * _UNIT) if rule.measured_as == "units" else value


def _name(rule: Rule, column: str) -> str:
    """The frame's column for what the rule asks of a column."""
    if rule.or_else:
        return "_or_".join((column, *rule.or_else))
    measure = "days" if rule.not_before else rule.measured_as
    return f"{column}_{measure}" if measure else column


def _frame(extract: TableExtract, questions: list[tuple[Rule, str]]) -> pd.DataFrame:
    """The columns that are asked about, one row a row of the extract, measured so that comparing is exact."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for rule, column in questions:
        name = _name(rule, column)
        if name not in columns:
            columns[name] = _series(extract, rule, column)
        if rule.not_before:
            columns[f"{rule.not_before}_days"] = _series(extract, rule, rule.not_before)
        if rule.where:
            columns[rule.where["column"]] = pd.Series(extract.columns[rule.where["column"]], dtype=object)
    return pd.DataFrame(columns)


def _series(extract: TableExtract, rule: Rule, column: str) -> pd.Series[Any]:
    import pandas as pd

    values = extract.columns[column]
    if rule.or_else:
        rows = zip(*(extract.columns[name] for name in (column, *rule.or_else)), strict=True)
        return pd.Series(
            [next((True for cell in row if cell is not None), None) for row in rows], dtype=object
        )
    if rule.not_before:
        return pd.Series([None if day is None else day.toordinal() for day in values], dtype="Int64")
    if rule.measured_as == "sign":
        return pd.Series(
            [None if value is None else (value > 0) - (value < 0) for value in values], dtype="Int64"
        )
    if rule.measured_as == "units":
        return pd.Series([None if value is None else _units(value) for value in values], dtype="Int64")
    return pd.Series(values, dtype=object)


def _units(value: Decimal) -> int:
    """Ten-billionths; numbers beyond any bound are cut to what 64 bits hold."""
    return int(min(max(value, -_LARGEST), _LARGEST) * _UNIT)


def _batch(frame: pd.DataFrame) -> Any:
    """The frame as a batch of a context of its own, which goes when the batch goes."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types import base as types

    config = types.DataContextConfig(
        store_backend_defaults=types.InMemoryStoreBackendDefaults(),
        progress_bars=types.ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("extract").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
