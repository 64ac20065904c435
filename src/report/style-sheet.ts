/** The page's only style sheet: system fonts, light and dark by the reader's setting, black on white in print. */
export const STYLE_SHEET = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5c636b; --line: #d9dde1; --page: #ffffff; --panel: #f5f6f7;
  --yes: #00744f; --no: #b04a00; --undecided: #5c636b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e8; --soft: #a2a9b1; --line: #3a3f45; --page: #16181b; --panel: #1f2226;
    --yes: #4cc79b; --no: #f0955a; --undecided: #a2a9b1; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1rem; font-weight: 600; margin: 0 0 .4rem; color: var(--soft); }
h2 { font-size: 1.15rem; margin: 2.8rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; max-width: 48rem; }
.headline { font-size: 1.55rem; line-height: 1.3; font-weight: 650; margin: 0 0 .9rem; max-width: none; }
.soft, figcaption { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .8rem 0; font-size: .9rem; }
th, td { padding: .35rem .9rem .35rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th { font-weight: 600; color: var(--soft); border-bottom-color: var(--soft); }
th:first-child, td:first-child, .text { text-align: left; }
.interval { color: var(--soft); font-size: .92em; }
.swatch { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .5em; }
.yes, .no, .undecided { font-weight: 650; }
.yes { color: var(--yes); } .no { color: var(--no); } .undecided { color: var(--undecided); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 31rem), 1fr)); gap: 1.6rem 2rem; margin: 1rem 0; }
figure { margin: 0; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; overflow: visible; }
figcaption { font-size: .86rem; max-width: 34rem; }
pre { background: var(--panel); padding: .9rem 1rem; border-radius: 6px; overflow-x: auto; font-size: .84rem; line-height: 1.5; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
summary { cursor: pointer; margin: .8rem 0 .4rem; color: var(--soft); }
ul { padding-left: 1.2rem; max-width: 60rem; } li { margin: .25rem 0; }
@media print {
  :root { --ink: #000; --soft: #444; --line: #ccc; --page: #fff; --panel: #f5f5f5; --yes: #00603f; --no: #903c00; --undecided: #444; }
  body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-after: avoid; } pre { white-space: pre-wrap; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1rem; } .headline { font-size: 15pt; } .wide { overflow: visible; }
  table { font-size: 8pt; } th, td { padding-right: .5rem; white-space: normal; } .interval { display: block; } tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`;
