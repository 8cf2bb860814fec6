// Follows a run. Each connection begins with the whole state; events are added to it as package live does.
(() => {
"use strict";

const by = id => document.getElementById(id);
const {colour, digits, time, seconds, fill} = kit;
const query = location.search;
let state = null, plots = {}, drawn = 0;

const left = ms => {
  const s = Math.round(ms / 1000), h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
  return (h ? h + "h" : "") + (m ? m + "m" : "") + (s % 60 || !s ? s % 60 + "s" : "");
};
function text(id, value) {
  const el = by(id);
  if (el.textContent !== value) el.textContent = value;
}

// What package live's State.Apply does.
const apply = {
  run: e => { state.run = e.run; },
  load: e => { state.load = e.load; },
  now: e => {
    const m = state.now = e.now;
    if (!m.group) return;
    state.block = state.block || [];
    const last = state.block[state.block.length - 1], beside = last && last.group === m.group && last.block === m.block && last.attempt === m.attempt;
    if (!beside) state.block = [];
    if (!beside || last.arm !== m.arm) state.block.push({group: m.group, block: m.block, arm: m.arm, side: m.side, attempt: m.attempt, seconds: [], marks: []});
    const line = state.block[state.block.length - 1];
    if (!(m.ok + m.failed) && !m.p99_us || m.phase === "agreement" || m.phase === "teardown") return;
    line.seconds = line.seconds || [];
    const p = line.seconds[line.seconds.length - 1];
    if (p && p.ok === m.ok && p.failed === m.failed && p.p99_us === m.p99_us && m.at_ms - p.at_ms < 1000) return;
    line.seconds.push({at_ms: m.at_ms, ok: m.ok, failed: m.failed, p99_us: m.p99_us, at_least: m.at_least});
  },
  happened: e => {
    const line = (state.block || [])[(state.block || []).length - 1];
    if (line) (line.marks = line.marks || []).push(e.happened);
  },
  trial: e => {
    (state.trials = state.trials || []).push(e.trial);
    state.trials = state.trials.slice(-200);
    state.ended++;
  },
  fix: e => { (state.fixes = state.fixes || []).push(e.fix); },
  end: e => { state.end = e.end; },
};

function sentence() {
  const m = state.now;
  if (state.end) return "The run has ended: " + state.end.status + (state.end.why ? ", " + state.end.why : "") + ".";
  if (!m || !m.trial && !m.group) return "About to begin.";
  if (m.waiting) return "Waiting for a calm machine. " + left(m.left_ms) + " left.";
  if (!m.block) return "A pilot of " + m.group + " " + m.arm + " measures the load. " + left(m.left_ms) + " left.";
  return "Trial " + m.trial + " of " + m.trials + ": " + m.group + ", " + m.arm + (m.attempt ? ", again" : "") + ". " + left(m.left_ms) + " left.";
}

// A fault's band is from its effect to its heal, of one that is not held to its recovery.
function spans(line) {
  const open = {}, all = [];
  for (const m of line.marks || []) {
    if (!m.stage) continue;
    if (m.stage === "effective" || m.stage === "done") all.push(open[m.event] = {name: m.fault, from: m.at_ms / 1e3, to: null});
    else if (open[m.event] && m.stage !== "injected") {
      open[m.event].to = m.at_ms / 1e3;
      delete open[m.event];
    }
  }
  return all;
}
const tint = line => colour(line.side === "before" ? "before" : "after");

function bands(u) {
  const {ctx, bbox} = u;
  ctx.save();
  ctx.fillStyle = colour("fault");
  ctx.globalAlpha = 0.13;
  for (const line of state.block || []) for (const f of spans(line)) {
    const from = Math.max(bbox.left, u.valToPos(f.from, "x", true)), to = Math.min(bbox.left + bbox.width, f.to == null ? Infinity : u.valToPos(f.to, "x", true));
    if (to >= from) ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
  }
  ctx.restore();
}
function leaders(u) {
  const {ctx, bbox} = u, dot = devicePixelRatio;
  ctx.save();
  (state.block || []).forEach((line, n) => {
    ctx.fillStyle = tint(line);
    for (const m of line.marks || []) {
      if (!m.leader) continue;
      const x = u.valToPos(m.at_ms / 1e3, "x", true), y = bbox.top + bbox.height - n % 2 * 9 * dot;
      ctx.beginPath();
      ctx.moveTo(x, y - 8 * dot);
      ctx.lineTo(x - 4 * dot, y);
      ctx.lineTo(x + 4 * dot, y);
      ctx.fill();
    }
  });
  ctx.restore();
}

function axis(say, size, label) {
  return {stroke: colour("soft"), grid: {stroke: colour("grid"), width: 1}, ticks: {stroke: colour("grid"), width: 1}, font: "12px system-ui, sans-serif",
    size, label, labelSize: label ? 18 : 0, labelFont: "12px system-ui, sans-serif", values: (u, all) => all.map(v => v == null ? "" : say(v))};
}

// One time for each second of any trial, and a column for each trial.
function columns(pick) {
  const tables = (state.block || []).filter(l => (l.seconds || []).length).map(l => [l.seconds.map(p => p.at_ms / 1e3), ...pick.map(f => l.seconds.map(f))]);
  return tables.length > 1 ? uPlot.join(tables) : tables[0];
}

function chart(id, data, series, y, say, label) {
  const el = by(id), key = series.map(s => s.label).join("|") + el.clientWidth + matchMedia("(prefers-color-scheme:dark)").matches;
  if (!data) return;
  const held = plots[id];
  if (held && held.key === key) {
    held.plot.setData(data);
    return;
  }
  if (held) held.plot.destroy();
  el.textContent = "";
  const width = Math.max(240, el.clientWidth);
  const plot = new uPlot({width, height: width < 500 ? 220 : 260, series: [{label: "at", value: (u, v) => seconds(v)}, ...series],
    scales: {x: {time: false}, y}, axes: [axis(seconds, 34), axis(say, 68, label)], cursor: {drag: {x: false, y: false}},
    legend: {markers: {dash: (u, i) => u.series[i].dash ? "dashed" : "solid"}},
    hooks: {drawClear: [bands], draw: [leaders]}}, data, el);
  plots[id] = {key, plot};
}

function draw() {
  drawn = 0;
  const lines = (state.block || []).filter(l => (l.seconds || []).length), line = l => l.arm;
  const points = {show: true, size: 5};
  chart("latency", columns([p => p.p99_us || null]), lines.map(l => ({label: line(l), stroke: tint(l), width: 2, points, value: (u, v) => time(v)})),
    {distr: 3, range: (u, low, high) => low == null ? [1, 10] : uPlot.rangeLog(low, high, 10, true)}, time, "P99");
  chart("complete", columns([p => p.ok, p => p.failed]), lines.flatMap(l => [
    {label: line(l) + ", ok", stroke: tint(l), width: 2, points, value: (u, v) => v == null ? "-" : digits(v)},
    {label: line(l) + ", failed", stroke: tint(l), width: 1, dash: [3, 3], points, value: (u, v) => v == null ? "-" : digits(v)}]),
    {range: (u, low, high) => [0, (high || 1) * 1.08]}, digits, "operations");
}

function show() {
  const m = state.now || {}, run = state.run;
  if (run) {
    text("title", run.asks || run.name);
    document.title = run.asks || run.name;
    text("byline", run.name + ", " + run.pairs + " pairs a fix, seed " + run.seed + (state.load ? ", " + state.load : ""));
  }
  text("doing", sentence());
  const bar = by("progress");
  bar.max = m.trials || 1;
  bar.value = state.ended || 0;
  text("phase", m.phase || "-");
  text("fault", m.fault || "none");
  text("leader", m.leader || (m.members ? "none" : "no cluster"));
  text("links", Object.entries(m.links || {}).map(([client, member]) => client + " to " + member).join(", ") || "-");
  text("ok", String(m.ok || 0));
  text("failed", String(m.failed || 0));
  text("p99", (m.at_least ? "at least " : "") + time(m.p99_us || null));
  text("judged", (m.judged || 0) + (m.disturbed ? " (" + m.disturbed + " disturbed)" : ""));
  text("marks", (state.block || []).map(l => l.arm + ": " + [...spans(l).map(f => f.name + " from " + seconds(f.from) + (f.to == null ? "" : " to " + seconds(f.to))),
    ...(l.marks || []).filter(k => k.leader).map(k => k.leader + " leads at " + seconds(k.at_ms / 1e3))].join("; ")).filter(t => !t.endsWith(": ")).join(". "));
  const list = by("verdicts"), says = (state.fixes || []).map(f => f.says);
  if (says.length) list.replaceChildren(...says.map(t => Object.assign(document.createElement("li"), {textContent: t})));
  fill(by("trials").tBodies[0], (state.trials || []).map(t => [t.group, String(t.block), t.arm, String(t.ok), String(t.failed), t.invalid || "valid"]).reverse());
  fill(by("seconds").querySelector("tbody"), (state.block || []).flatMap(l => (l.seconds || []).map(p =>
    [seconds(p.at_ms / 1e3), l.arm, String(p.ok), String(p.failed), (p.at_least ? "at least " : "") + time(p.p99_us || null)])));
  if (!drawn) drawn = requestAnimationFrame(draw);
}

let source = null;
function follow() {
  source = new EventSource("events" + query);
  source.onopen = () => { by("link").className = "note"; text("link", "Live."); };
  source.onerror = () => {
    if (state && state.end) return;
    by("link").className = "note lost";
    text("link", "The connection is lost. Trying again.");
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
  source.addEventListener("state", e => { state = JSON.parse(e.data); show(); finish(); });
  for (const kind of Object.keys(apply)) source.addEventListener(kind, e => {
    if (!state) return;
    const event = JSON.parse(e.data);
    if (event.id <= state.id) return;
    state.id = event.id;
    apply[kind](event);
    show();
    finish();
  });
}

// The report takes this page's place: the server ends with the run, and the report needs none.
function finish() {
  if (!state.end) return;
  source.close();
  by("link").className = "note";
  text("link", state.end.folder ? "The run's folder is " + state.end.folder + "." : "");
  if (state.end.report) location.replace("report.html" + query);
}

addEventListener("resize", () => { if (state && !drawn) drawn = requestAnimationFrame(draw); });
follow();
})();
