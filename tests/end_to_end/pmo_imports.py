"""What the server of `pmo_process` imports before it forks."""

import atexit
import gc
from importlib import import_module

for module in (
    "dbt.adapters.duckdb.impl",
    "dbt.cli.main",
    "great_expectations.expectations",
    "openpyxl",
    "pandas",
    "pyarrow.parquet",
    "pipelines.commands.refresh",
    "pipelines.commands.run",
    "pipelines.commands.summary",
    "pipelines.definitions",
    "pipelines.recording",
):
    import_module(module)

# A child's collections then leave these pages alone; DuckDB counts what is frozen at the end as leaked.
gc.freeze()
atexit.register(gc.unfreeze)
