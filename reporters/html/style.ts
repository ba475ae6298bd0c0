/** Style of the HTML report: light, dark and print, from one set of variables. */
const light = `
  color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --sunk: #f8f9fb; --ink: #1b2330; --soft: #5a6678; --line: #e2e6ec; --strong-line: #c9d0da;
  --accent: #2563c9; --busy: #dfe5ee; --mark: #ffe3df; --mark-line: #d64533;
  --pass: #23774b; --warn: #94600a; --fail: #c0342b; --stale: #b4481a; --inconclusive: #0f6f83; --error: #7c3fb4; --known: #7b6a12; --notApplicable: #667080;
  --j-k: #3b5b92; --j-s: #2f6f4f; --j-n: #9a4d12; --j-w: #7c3fb4;`;
const dark = `
  color-scheme: dark;
  --page: #11151b; --card: #191f28; --sunk: #141a22; --ink: #e3e8ef; --soft: #98a5b7; --line: #2a323e; --strong-line: #414c5c;
  --accent: #7fb0ff; --busy: #303b4a; --mark: #4d2420; --mark-line: #ff8a7a;
  --pass: #67c690; --warn: #e0ab4b; --fail: #ff857a; --stale: #f29a68; --inconclusive: #5dc4d8; --error: #c79bf0; --known: #cdb85a; --notApplicable: #93a0b1;
  --j-k: #9dbdf5; --j-s: #8ed1ab; --j-n: #efb27f; --j-w: #c79bf0;`;

const page = `
:root { ${light} }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${dark} } }
:root[data-theme=dark] { ${dark} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: calc(var(--bar, 64px) + 12px); -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main, .top { max-width: 1280px; margin: 0 auto; padding: 0 24px; }
code, pre, .mono, .ref { font-family: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, h3, h4, p, dl, dd, ul, table { margin: 0; padding: 0; }
.muted { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section { margin-top: 28px; }
section > h2 { font-size: 15px; font-weight: 650; margin-bottom: 10px; }

.top { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding-top: 18px; }
.brand { font-weight: 650; letter-spacing: .01em; }
.brand span { color: var(--soft); font-weight: 400; }
.verdict { margin-top: 16px; padding: 24px 26px; border-left: 6px solid var(--tone); }
.verdict.good { --tone: var(--pass); } .verdict.warn { --tone: var(--warn); } .verdict.bad { --tone: var(--fail); } .verdict.unknown { --tone: var(--inconclusive); }
.verdict h1 { font-size: 27px; line-height: 1.2; font-weight: 680; color: var(--tone); letter-spacing: -.01em; }
.verdict .says { margin-top: 6px; font-size: 16px; }
.verdict svg.bar { margin-top: 18px; }
svg.bar { display: block; width: 100%; height: 8px; border-radius: 4px; overflow: hidden; background: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 10px; list-style: none; font-size: 13.5px; }
.legend li::before { content: ''; display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: 7px; background: var(--c); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 24px; margin-top: 20px; padding-top: 18px; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: 12.5px; }
.facts dd { overflow-wrap: anywhere; }
.facts .wide { grid-column: span 2; }
.notes { margin-top: 14px; padding: 12px 18px; list-style: none; border-left: 6px solid var(--warn); }
.notes li + li { margin-top: 4px; }
.notes li { overflow-wrap: anywhere; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 8px 12px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: 12.5px; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.blocks tbody th { font-weight: 500; }
.blocks td.n { width: 1%; padding: 8px 10px; } .blocks th.n { padding: 8px 10px; }
.blocks .barcell { width: 24%; min-width: 110px; vertical-align: middle; }
.blocks tfoot th, .blocks tfoot td { font-weight: 650; border-top: 1px solid var(--strong-line); }
.pick, .link { border: 0; background: none; padding: 0; text-align: inherit; }
.pick:hover { text-decoration: underline; text-underline-offset: 3px; }
.link { color: var(--accent); white-space: nowrap; } .link:hover { text-decoration: underline; }
td .pick { color: var(--c, inherit); font-weight: 600; }
.zero { color: var(--strong-line); }
.pass { --c: var(--pass); } .warn { --c: var(--warn); } .fail { --c: var(--fail); } .stale { --c: var(--stale); }
.inconclusive { --c: var(--inconclusive); } .error { --c: var(--error); } .known { --c: var(--known); } .notApplicable { --c: var(--notApplicable); }
rect.pass, rect.warn, rect.fail, rect.stale, rect.inconclusive, rect.error, rect.known, rect.notApplicable { fill: var(--c); }
rect.notApplicable { opacity: .45; }

.filter { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 12px 0; background: var(--page); border-bottom: 1px solid var(--line); }
.filter input, .filter select, .tool, .chip, .copy { border: 1px solid var(--strong-line); border-radius: 8px; background: var(--card); padding: 6px 11px; min-height: 36px; }
.filter input { flex: 1 1 200px; min-width: 0; }
.filter select { max-width: 220px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; }
.chip { border-radius: 18px; padding: 4px 10px; white-space: nowrap; font-size: 14px; }
.chip b { color: var(--c); font-weight: 650; margin-left: 3px; }
.chip::before { content: ''; display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: var(--c); margin-right: 7px; }
.chip[aria-pressed=true] { background: var(--c); border-color: var(--c); color: var(--card); }
.chip[aria-pressed=true] b, .chip[aria-pressed=true]::before { color: var(--card); background-color: transparent; }
.chip[aria-pressed=true]::before { background: var(--card); }
.tool { color: var(--soft); } .tool:hover, .copy:hover, .chip:hover { border-color: var(--accent); }
.status { display: flex; justify-content: space-between; gap: 12px; padding: 10px 2px; font-size: 13.5px; }
.help { padding: 14px 18px; margin-top: 10px; font-size: 14px; }
kbd { display: inline-block; min-width: 22px; text-align: center; padding: 0 6px; border: 1px solid var(--strong-line); border-bottom-width: 2px; border-radius: 5px; background: var(--sunk); font: 12.5px/1.6 ui-monospace, Menlo, Consolas, monospace; }
html:not(.js) .filter, html:not(.js) .status, html:not(.js) .top .tool { display: none; }
html:not(.js) .row { cursor: default; }
.offscreen { position: fixed; left: -999px; }
.foot { margin: 36px 0 40px; font-size: 13px; color: var(--soft); }
`;

const cases = `
.case { margin-bottom: 8px; content-visibility: auto; contain-intrinsic-size: auto 74px; overflow: clip; }
.case.open { content-visibility: visible; box-shadow: 0 6px 24px rgb(0 0 0 / .07); }
.case h3 { font: inherit; }
.row { display: grid; grid-template-columns: 112px minmax(0, 1fr) auto; gap: 2px 14px; align-items: baseline; width: 100%; padding: 12px 18px; border: 0; background: none; text-align: left; border-radius: 11px; }
.row .badge { justify-self: start; }
.row:hover { background: var(--sunk); }
.row:focus-visible { outline-offset: -2px; }
.row .title { font-weight: 560; overflow-wrap: anywhere; }
.row .meta { color: var(--soft); font-size: 13px; text-align: right; white-space: nowrap; }
.row .id { grid-column: 2 / 3; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.row .why { grid-column: 2 / 4; font-size: 14px; color: var(--c); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.case.open .why { display: none; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 6px; font-size: 12.5px; font-weight: 600; line-height: 1.55; color: var(--c); background: color-mix(in srgb, var(--c) 12%, var(--card)); white-space: nowrap; }
.body { padding: 4px 18px 20px; border-top: 1px solid var(--line); }
.body > * { margin-top: 14px; }
.body h4 { font-size: 14px; font-weight: 650; margin-top: 22px; margin-bottom: -4px; }
.reason { padding: 10px 14px; border-radius: 8px; background: color-mix(in srgb, var(--c) 9%, var(--card)); border-left: 4px solid var(--c); overflow-wrap: anywhere; }
.reason.pass { --c: var(--stale); }
.checks { font-size: 14px; }
.checks caption { text-align: left; font-weight: 650; padding: 4px 0; }
.checks th, .checks td { padding: 7px 14px 7px 0; }
.checks td:first-child { width: 104px; } .checks .ref { font-size: 13px; width: 22%; overflow-wrap: anywhere; } .checks .blame { white-space: nowrap; width: 96px; } .checks .level { width: 96px; color: var(--soft); font-size: 13px; }
.says { overflow-wrap: anywhere; }
.curve-list { display: grid; gap: 16px; }
.curves { margin: 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: 10px 12px; max-width: 860px; }
.curves figcaption { font-weight: 600; font-size: 13px; margin-bottom: 4px; }
.curves figcaption .muted { font-weight: 400; }
.curves > svg { display: block; width: 100%; height: auto; }
.curves .grid { stroke: var(--line); stroke-width: 1; }
.curves .tick { fill: var(--soft); font-size: 11px; }
.curve path { fill: none; stroke: var(--k); stroke-width: 2; }
.curve circle { fill: var(--k); }
.curve.c0 { --k: #0072b2; } .curve.c1 { --k: #009e73; } .curve.c2 { --k: #d55e00; } .curve.c3 { --k: #cc79a7; }
.curve.c4 { --k: #e69f00; } .curve.c5 { --k: #56b4e9; } .curve.c6 { --k: #7a7a7a; } .curve.c7 { --k: #b3a000; }
.curve-key { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; margin-top: 6px; }
.curve-key li { display: flex; gap: 6px; align-items: center; }
.versus { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 12px; margin-top: 6px; font-size: 13px; }
.versus dt { color: var(--soft); }
.versus dd { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.ctl { font-size: .78em; padding: 0 3px; margin: 0 1px; border-radius: 3px; border: 1px solid var(--strong-line); color: var(--soft); white-space: nowrap; }

.pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 18px; align-items: start; }
.pair.with-panel { grid-template-columns: minmax(0, 1fr) minmax(360px, 44%); }
.stage { min-width: 0; }
.panel { position: sticky; top: calc(var(--bar, 64px) + 12px); max-height: calc(100vh - var(--bar, 64px) - 32px); overflow: auto; padding: 14px 16px; background: var(--sunk); border: 1px solid var(--line); border-radius: 10px; font-size: 13.5px; }
.panel-head { display: flex; justify-content: space-between; align-items: start; gap: 10px; }
.panel .kind { color: var(--soft); } .panel .kind.wrong { color: var(--fail); font-weight: 600; }
.panel .action { font-weight: 600; overflow-wrap: anywhere; }
.facts-line { font-size: 13px; }
.close { border: 0; background: none; font-size: 22px; line-height: 1; color: var(--soft); padding: 2px 6px; border-radius: 6px; }
.marks { list-style: none; margin-top: 8px; } .marks li { margin-top: 5px; overflow-wrap: anywhere; }
.frame { margin: 10px 0 0; padding: 12px; max-height: 56vh; overflow: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; font-size: 12.5px; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.j-k { color: var(--j-k); } .j-s { color: var(--j-s); } .j-n { color: var(--j-n); } .j-w { color: var(--j-w); }
mark.field { background: var(--mark); color: inherit; border-radius: 4px; padding: 1px 3px; margin: 0 -3px; box-shadow: 0 0 0 1px var(--mark-line); -webkit-box-decoration-break: clone; box-decoration-break: clone; }
mark.gone { font-style: italic; color: var(--mark-line); background: none; border: 1px dashed var(--mark-line); box-shadow: none; }
.tools { display: flex; gap: 8px; margin-top: 10px; }
.copy { padding: 3px 11px; min-height: 32px; font-size: 13px; white-space: nowrap; } .copy[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
.replay { display: flex; gap: 10px; align-items: start; padding: 10px 12px; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; }
.replay code { flex: 1; font-size: 13px; overflow-wrap: anywhere; padding-top: 4px; }
`;

const diagram = `
.diagram { display: block; max-width: 100%; margin: 0 auto; font-size: 12.5px; }
.diagram text { fill: var(--ink); }
.life { stroke: var(--strong-line); stroke-width: 1.5; }
.head rect { fill: var(--card); stroke: var(--strong-line); stroke-width: 1.2; } .head.sut rect { stroke: var(--accent); }
.head .who { font-weight: 650; font-size: 13px; } .head .role { fill: var(--soft); font-size: 11px; }
.head.sut .who { fill: var(--accent); }
.busy { fill: var(--busy); stroke: var(--strong-line); stroke-width: .8; } .busy.chosen { fill: var(--accent); stroke: var(--accent); }
.diagram .time, .diagram .conn, .diagram .pause-text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.pause { stroke: var(--line); stroke-dasharray: 2 4; }
.diagram .pause-text { paint-order: stroke; stroke: var(--card); stroke-width: 8px; font-style: italic; }
.msg { cursor: pointer; --w: var(--ink); outline: none; }
.msg .hit { fill: transparent; } .msg:hover .hit { fill: var(--sunk); }
.msg.chosen .hit { fill: color-mix(in srgb, var(--accent) 11%, transparent); }
.msg:focus-visible .hit { stroke: var(--accent); stroke-width: 2; }
.msg .wire { stroke: var(--w); stroke-width: 1.6; fill: none; } .msg .tip { fill: var(--w); }
.msg.callresult .wire, .msg.callerror .wire, .msg.callresulterror .wire { stroke-dasharray: 5 4; }
.msg.callresult { --w: var(--soft); } .msg.wrong { --w: var(--fail); } .msg.deliberate { --w: var(--error); }
.msg .label { font-weight: 560; } .msg.callresult .label { font-weight: 400; fill: var(--soft); }
.msg.wrong .label { fill: var(--fail); } .msg.deliberate .label { fill: var(--error); }
.msg .tail { font-weight: 400; fill: var(--soft); } .msg .tail.bad { fill: var(--w); font-weight: 400; } .msg.call:not(.deliberate) .tail.bad { fill: var(--fail); }
.dot { fill: var(--c); } .diagram .bang { fill: var(--card); font-weight: 700; font-size: 12px; }
.event text { font-size: 11.5px; } .event .rule { stroke: var(--strong-line); stroke-dasharray: 1 4; }
.event .box { fill: var(--sunk); stroke: var(--line); } .event text:not(.time, .conn) { fill: var(--soft); }
.event .glyph { fill: var(--pass); } .event.close .glyph { fill: var(--soft); }
.event.refused .box { stroke: var(--fail); } .event.refused text:not(.time, .conn), .event.refused .glyph { fill: var(--fail); }
.event.operator .box { fill: color-mix(in srgb, var(--warn) 13%, var(--card)); stroke: color-mix(in srgb, var(--warn) 45%, var(--card)); } .event.operator text:not(.time, .conn) { fill: var(--ink); }
`;

const extras = `
.grade { display: flex; gap: 22px; padding: 18px 22px; align-items: start; }
.grade .letter { flex: none; width: 64px; height: 64px; border-radius: 14px; display: grid; place-items: center; font-size: 32px; font-weight: 700; color: var(--c); background: color-mix(in srgb, var(--c) 13%, var(--card)); }
.grade ul { list-style: none; } .grade li + li { margin-top: 6px; } .grade a { color: var(--accent); text-decoration: none; } .grade li { overflow-wrap: anywhere; }
.load { padding: 6px 10px 12px; } .load > p { padding: 12px 12px 2px; font-size: 13.5px; } .load h3 { font-size: 14px; font-weight: 650; padding: 12px; } .load .tag th { font-weight: 400; padding-left: 30px; color: var(--soft); }
.load tbody th { font-weight: 500; } .load td, .load th { font-size: 14px; }
.yes, .no { white-space: nowrap; } .yes { color: var(--pass); font-weight: 700; } .no { color: var(--fail); font-weight: 700; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 18px; padding: 0 12px 8px; }
.charts figure { margin: 0; min-width: 0; } .charts figcaption { font-size: 13px; font-weight: 600; padding-bottom: 4px; }
.charts .u-legend { font-size: 12px; text-align: left; color: var(--ink); } .charts .u-legend th, .charts .u-legend td { border: 0; padding: 1px 4px; font-size: 12px; font-variant-numeric: tabular-nums; } .charts .u-series > * { padding: 1px 4px; }

@media (max-width: 900px) {
  .pair.with-panel { grid-template-columns: minmax(0, 1fr); }
  .panel { position: fixed; inset: auto 0 0 0; top: auto; z-index: 10; max-height: 62vh; border-radius: 14px 14px 0 0; border-width: 1px 0 0; padding: 14px 16px 20px; background: var(--card); box-shadow: 0 -8px 30px rgb(0 0 0 / .22); }
  .panel .frame { max-height: none; background: var(--sunk); }
}
@media (max-width: 640px) {
  body { font-size: 14.5px; }
  main, .top { padding-left: 14px; padding-right: 14px; }
  .verdict { padding: 18px; } .verdict h1 { font-size: 23px; }
  .facts { grid-template-columns: 1fr 1fr; gap: 12px 16px; }
  .filter { position: static; } .filter select { max-width: none; flex: 1 1 120px; }
  html { scroll-padding-top: 10px; } .filter .tool { display: none; }
  .chips { flex-wrap: nowrap; overflow-x: auto; width: 100%; padding-bottom: 4px; }
  .blocks .barcell { display: none; } .blocks td.n, .blocks th.n { padding: 8px 7px; } .blocks tbody th, .blocks tfoot th, .blocks thead th:first-child { position: sticky; left: 0; background: var(--card); }
  .row { grid-template-columns: minmax(0, 1fr) auto; padding: 12px 14px; } .row .meta { grid-row: 1; grid-column: 2; }
  .row .title, .row .id, .row .why { grid-column: 1 / -1; } .row .why { white-space: normal; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
  .body { padding: 4px 14px 16px; }
  .checks thead { display: none; } .checks tr { display: grid; grid-template-columns: auto 1fr auto; gap: 2px 10px; padding: 9px 0; border-top: 1px solid var(--line); }
  .checks td, .checks td:first-child, .checks .ref, .checks .level, .checks .blame { border: 0; padding: 0; width: auto; } .checks .says { grid-column: 1 / -1; }
  .checks caption { display: block; }
  .grade { flex-direction: column; gap: 12px; }
}
@media print {
  :root, :root[data-theme=dark] { ${light} --page: #fff; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { font-size: 11px; } main, .top { max-width: none; padding: 0; }
  .filter, .status, .help, .tool, .copy, .close, .foot .link { display: none !important; }
  .case { content-visibility: visible; break-inside: auto; box-shadow: none !important; } .row, tr, .msg, .replay { break-inside: avoid; }
  .pair.with-panel { grid-template-columns: minmax(0, 1fr); } .panel { position: static; max-height: none; box-shadow: none; } .frame { max-height: none; }
  .row .why { white-space: normal; }
}
`;

export const style = [page, cases, diagram, extras].join('');
