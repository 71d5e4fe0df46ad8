"""The dashboard docs/bi/grafana.json read by Grafana's own schema, from the package grafana-foundation-sdk."""
import json

from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

# what belongs to the data source and to Grafana's own annotations is not part of it
FREE = {"target", "builtIn"}


def lost(a, b, path=""):
    if isinstance(a, dict):
        return [x for k in a if k not in FREE and a[k] not in (None, "")
                for x in (lost(a[k], b[k], f"{path}.{k}") if isinstance(b, dict) and k in b else [f"{path}.{k}"])]
    if isinstance(a, list):
        return [x for i, (c, d) in enumerate(zip(a, b)) for x in lost(c, d, f"{path}[{i}]")] + ([path] if len(a) != len(b) else [])
    return [] if a == b else [path]


def not_in_schema(board):
    return lost(board, json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(board))))


def check(ok):
    plugins.register_default_plugins()
    # the envelope of an export is taken off by the import
    board = {k: v for k, v in json.load(open("docs/bi/grafana.json")).items() if not k.startswith("__")}
    ok(not not_in_schema(board), "grafana.json is in Grafana's schema", not_in_schema(board))
    board["panels"][1]["gridPositions"] = {}
    ok(not_in_schema(board) == [".panels[1].gridPositions"], "what is not would be seen")
