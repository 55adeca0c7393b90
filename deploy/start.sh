#!/bin/sh
# Puts dagster.yaml where Dagster looks for it and runs the command.
set -eu
mkdir -p "$DAGSTER_HOME"
cp /opt/pmo-warehouse/deploy/dagster.yaml "$DAGSTER_HOME/dagster.yaml"
exec "$@"
