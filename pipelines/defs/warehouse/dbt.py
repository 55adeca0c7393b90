"""The dbt project as Dagster assets: one asset a model, one check a data test, one op and one call of dbt for all.

Here: names, groups and events. The call itself is `pipelines.warehouse`.
"""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from pipelines.progress import listener
from pipelines.resources import Folder, Moment, said_plainly
from pipelines.warehouse import LAYERS, Build, build, release_id_of_context

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg


class Translator(DagsterDbtTranslator):
    """Models are grouped by their two folders: `staging_ledger`, `intermediate_position`, `marts_finance`.

    The settings stay as they are by default: with `enable_source_tests_as_checks` a failed blocking check on a
    landed table no longer stops the build.
    """

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The default spec, with group and owner."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        group = group_of(manifest["nodes"].get(unique_id))
        return spec.replace_attributes(group_name=group, owners=["team:pmo"]) if group else spec


def group_of(node: Mapping[str, Any] | None) -> str | None:
    """The two folders below models/, joined; None for what is no model in one of the layers."""
    if node is None or node["resource_type"] != "model":
        return None
    layer, *folders = node["fqn"][1:-1]
    return "_".join([layer, *folders]) if layer in LAYERS else None


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Every model and data test of the project."""
    translator = Translator()

    @dbt_assets(
        manifest=manifest, name="build_warehouse", dagster_dbt_translator=translator, pool="warehouse"
    )
    def build_warehouse(context: dg.AssetExecutionContext, folder: Folder, moment: Moment) -> Iterator[Any]:
        if not moment.full and _is_published(folder, moment.resolve(folder.settings).as_of):
            # Outputs are optional here: Dagster skips what hangs on them, and the last release stands.
            context.log.info("Nothing is new since the published release; nothing was built.")
            return
        listener().stage("dbt", total=_steps(manifest))
        with said_plainly():
            built = build(folder.home, from_nothing=moment.full)
        yield from _events(built, context, manifest, translator)
        with said_plainly():
            built.raise_for_problems()

    return build_warehouse


def _is_published(folder: Folder, as_of: date) -> bool:
    """Whether the release that this run would make is the one that all readers have, kept, with nothing to close."""
    from pipelines.publishing.closing import has_declared_closes
    from pipelines.publishing.outlets import are_in_step
    from pipelines.publishing.publication import are_figures_kept
    from pipelines.publishing.swapping import standing

    release = standing(folder.home.published)
    known = folder.home.warehouse_file.is_file() and release is not None
    is_same = known and release is not None and release.release_id == release_id_of_context(folder.home)
    if not is_same or has_declared_closes(folder.home, as_of) or not are_figures_kept(folder.home):
        return False
    return are_in_step(folder.home, folder.settings)


def _steps(manifest: Mapping[str, Any]) -> int:
    """How many nodes `dbt build` will finish."""
    return sum(node["resource_type"] in ("model", "test") for node in manifest["nodes"].values())


def _events(
    built: Build, context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator
) -> Iterator[Any]:
    """An output for each built model, a check result for each data test."""
    for event in built.events:
        message = DbtCoreCliEventMessage(raw_event=_as_dict(event), event_history_metadata={})
        yield from message.to_default_asset_events(
            manifest=manifest, dagster_dbt_translator=translator, context=context
        )


def _as_dict(event: "EventMsg") -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    return dict(MessageToDict(event, preserving_proto_field_name=True))
