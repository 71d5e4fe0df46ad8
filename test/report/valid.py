"""Pages as HTML: valid.py FILE...

Parsed by html5lib as browsers parse, where no error is allowed; then what a reader without eyes or without a mouse
needs: one h1, headings without gaps, landmarks, names that are unique, links that lead somewhere, tables with caption
and scopes, charts with a name and a table, nothing that runs or is fetched.  Prints "ok" and "not ok" lines.
"""
import pathlib
import sys

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def ok(good, name, why=""):
    print("ok" if good else "not ok", "-", name, "" if good else f"({why})", flush=True)


for path in map(pathlib.Path, sys.argv[1:]):
    name = path.stem
    text = path.read_text(encoding="utf-8")
    parser = html5lib.HTMLParser()
    tree = parser.parse(text)
    every = [e for e in tree.iter() if isinstance(e.tag, str)]
    of = lambda *tags: [e for e in every if e.tag in [XHTML + t for t in tags]]
    ok(not parser.errors, f"{name}: no parse error", [(at, code) for at, code, _ in parser.errors[:3]])
    ok(text.startswith("<!DOCTYPE html>") and tree.get("lang"), f"{name}: document type and language")
    ok(not of("script", "link", "img", "iframe", "object", "embed", "form", "base"), f"{name}: nothing that runs or is fetched")
    bad = [f"{e.tag} {k}" for e in every for k, v in e.items() if k.lower().startswith("on") or "javascript:" in v.lower()
           or k in ("href", "src", "{http://www.w3.org/1999/xlink}href") and not v.startswith("#")]
    ok(not bad, f"{name}: links stay in the page", bad[:3])
    ids = [e.get("id") for e in every if e.get("id") is not None]
    ok(len(ids) == len(set(ids)), f"{name}: names are unique", [i for i in ids if ids.count(i) > 1][:3])
    lost = [e.get("href") for e in every if (e.get("href") or "").startswith("#") and e.get("href")[1:] not in ids]
    lost += [r for e in every for k in ("aria-labelledby", "aria-describedby") for r in (e.get(k) or "").split() if r not in ids]
    ok(not lost, f"{name}: references lead somewhere", lost[:3])
    levels = [int(e.tag[-1]) for e in of("h1", "h2", "h3", "h4")]
    ok(levels.count(1) == 1 and levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"{name}: headings in order", levels)
    ok(len(of("main")) == 1 and len(of("header")) == 1, f"{name}: landmarks")
    tables = of("table")
    ok(all(t.find(XHTML + "caption") is not None and all(h.get("scope") for h in t.iter(XHTML + "th")) for t in tables),
       f"{name}: {len(tables)} tables with caption and scopes")
    inner = {i for e in every if e.tag == SVG + "svg" for i in e.iter(SVG + "svg") if i is not e}
    charts = [e for e in every if e.tag == SVG + "svg" and e not in inner and e.get("aria-hidden") != "true"]
    ok(all(c.get("role") == "img" and (c.get("aria-label") or c.get("aria-labelledby")) for c in charts), f"{name}: {len(charts)} charts with a name", [c.attrib for c in charts if c.get("role") != "img"][:2])
    after = {a: b for parent in every for a, b in zip(list(parent), list(parent)[1:])}
    # in the figure, or right below it
    alone = [f for f in of("figure") if list(f.iter(SVG + "svg")) and not list(f.iter(XHTML + "table"))
             and (f not in after or after[f].find(XHTML + "table") is None)]
    ok(not alone, f"{name}: a table behind every chart", [c.get("aria-label") for f in alone for c in charts if c in f.iter()])
    ok(all(e.get("aria-label") for e in every if e.get("role") == "region"), f"{name}: regions with a name")
