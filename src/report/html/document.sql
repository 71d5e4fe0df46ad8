/* The style of pages.  Colours of text have a contrast of at least 4.5 to 1 on what they stand on. */
CREATE FUNCTION mlops_internal.html_style() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN $css$
:root{color-scheme:light dark;--mlops-paper:#fff;--mlops-ink:#1f2933;--mlops-muted:#566370;--mlops-line:#dfe3e8;
--mlops-soft:#f5f7f9;--mlops-link:#00589c;--mlops-ok:#00694f;--mlops-warning:#875300;--mlops-critical:#b02418;
--mlops-grid:#e4e8ec}
@media (prefers-color-scheme:dark){:root{--mlops-paper:#14191f;--mlops-ink:#e4e9ee;--mlops-muted:#a3afba;
--mlops-line:#323b45;--mlops-soft:#1c232b;--mlops-link:#74b8f2;--mlops-ok:#4cc79f;--mlops-warning:#eeb24b;
--mlops-critical:#ff8d80;--mlops-grid:#2b343d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--mlops-paper);color:var(--mlops-ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.page{max-width:64rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:2rem;line-height:1.15;margin:0 0 .5rem;font-weight:650;letter-spacing:-.015em}
h2{font-size:1.35rem;line-height:1.25;margin:0 0 .75rem;font-weight:620;letter-spacing:-.01em}
h3{font-size:1.05rem;line-height:1.3;margin:1.75rem 0 .5rem;font-weight:600}
p,ul,ol,dl,figure{margin:0 0 1rem;max-width:46rem}
figure{max-width:none;margin:1.25rem 0 1.5rem}
section{margin-top:3rem;padding-top:1.5rem;border-top:1px solid var(--mlops-line)}
a{color:var(--mlops-link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--mlops-link);outline-offset:2px}
.skip{position:absolute;left:-100vw;background:var(--mlops-paper);padding:.5rem 1rem;z-index:2}
.skip:focus{left:1rem;top:1rem}
.lead{font-size:1.2rem;line-height:1.5;max-width:44rem;margin:0 0 1.25rem}
.muted,figcaption,caption{color:var(--mlops-muted)}
.muted,figcaption,caption,summary,.facts dt{font-size:.875rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1.25rem 0 0;max-width:none;
font-size:.9375rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem 2rem;max-width:none;
margin:1.5rem 0 0}
.facts dt{color:var(--mlops-muted)}
.facts dd{margin:0}
.status{white-space:nowrap;font-weight:600;color:var(--mlops-muted)}
.status.ok{color:var(--mlops-ok)}
.status.warning{color:var(--mlops-warning)}
.status.critical,.status.error{color:var(--mlops-critical)}
.banner{border-left:.35rem solid var(--mlops-muted);padding:.1rem 0 .1rem 1rem}
.banner .lead{margin:0}
.banner.ok{border-color:var(--mlops-ok)}
.banner.warning{border-color:var(--mlops-warning)}
.banner.critical,.banner.error{border-color:var(--mlops-critical)}
.card{border:1px solid var(--mlops-line);border-left-width:.35rem;border-radius:.25rem;padding:.9rem 1.1rem;
margin:0 0 1rem}
.card.warning{border-left-color:var(--mlops-warning)}
.card.critical,.card.error{border-left-color:var(--mlops-critical)}
.card h3{margin:0 0 .35rem}
.card p,.card ul{margin-bottom:.6rem}
.scroll,.chart{overflow-x:auto;max-width:100%}
.scroll{margin:0 0 1.25rem}
table{border-collapse:collapse;font-size:.9375rem;line-height:1.4;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0 0 .4rem;min-width:12rem}
th,td{text-align:left;vertical-align:baseline;padding:.35rem 1.25rem .35rem 0;border-bottom:1px solid var(--mlops-line)}
tr>:last-child{padding-right:.25rem}
td,th{overflow-wrap:normal;max-width:24rem}
thead th{font-weight:600;color:var(--mlops-muted);font-size:.8125rem;white-space:nowrap}
tbody th{font-weight:500;min-width:8rem}
.n{text-align:right;white-space:nowrap}
.chart svg{display:block;width:100%;height:auto;min-width:34rem}
.chart svg.small{min-width:0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:0 2rem}
.pair>*{min-width:0}
.pair .chart svg{min-width:0}
.beside{display:flex;flex-wrap:wrap;gap:0 1.5rem;align-items:flex-start}
.beside>*{min-width:0;max-width:100%}
details{margin:.4rem 0 0}
summary{cursor:pointer;color:var(--mlops-link);width:fit-content}
pre,code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--mlops-soft);border:1px solid var(--mlops-line);border-radius:.25rem;padding:.75rem 1rem;
overflow-x:auto;margin:.5rem 0 1rem}
@media (max-width:30rem){.page{padding:1.5rem 1rem 3rem}h1{font-size:1.6rem}.lead{font-size:1.075rem}}
@media print{:root{color-scheme:light;--mlops-paper:#fff;--mlops-ink:#000;--mlops-muted:#444;--mlops-line:#bbb;
--mlops-soft:#fff;--mlops-link:#000;--mlops-ok:#00543f;--mlops-warning:#6b4200;--mlops-critical:#8f1d13;
--mlops-grid:#ddd}
@page{size:A4;margin:16mm 14mm}
body{font-size:10pt}.page{max-width:none;padding:0}.skip,nav{display:none}
.scroll,.chart{overflow:visible}.chart svg{min-width:0}table{font-size:8pt}th,td{padding-right:.5rem}
td,tbody th{overflow-wrap:anywhere;min-width:0}thead th{font-size:7.5pt;white-space:normal}
section{margin-top:1.5rem;padding-top:1rem}h2,h3,figcaption{break-after:avoid}
figure,.card,tr,pre{break-inside:avoid}pre{white-space:pre-wrap}details:not([open]){display:none}
a{text-decoration:none}}
$css$;
COMMENT ON FUNCTION mlops_internal.html_style() IS
    'the style of pages: light, dark, on paper, on a phone';

/* The sections of the body are listed for whoever goes by keyboard; text of users cannot look like one. */
CREATE FUNCTION mlops_internal.html_document(title text, body text, lead text DEFAULT NULL) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT $html$<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>$html$ || mlops_internal.markup(title) || '</title>' || E'\n<style>' || mlops_internal.html_style()
        || mlops_internal.svg_style()
        || E'</style>\n</head>\n<body>\n<a class="skip" href="#main">Skip to the content</a>\n'
        || E'<div class="page">\n<header>\n<h1>'
        || mlops_internal.markup(title) || E'</h1>\n' || coalesce(lead, '') || coalesce((
            SELECT E'<nav aria-label="Sections"><ul>\n' || string_agg('<li><a href="#' || split_part(s, '"', 1) || '">'
                   || split_part(split_part(s, '-title">', 3), '</h2>', 1) || '</a></li>', E'\n' ORDER BY i)
                   || E'</ul></nav>\n'
            FROM string_to_table(body, '<section id="') WITH ORDINALITY AS t (s, i) WHERE i > 1), '')
        || E'</header>\n<main id="main">\n' || coalesce(body, '') || E'</main>\n</div>\n</body>\n</html>\n'
    $$;
COMMENT ON FUNCTION mlops_internal.html_document(text, text, text) IS
    'whole page: title and first lines, the list of its sections, the sections';
