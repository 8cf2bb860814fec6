// Draws the charts of a page from its data block, and fills their tables when another choice is made. Without it the
// page has its picture and all tables of what is shown first.
(() => {
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const {colour, digits, time, seconds} = kit;
const arms = ["before", "after"];

const percentile = v => v == null ? "-" : String(Number(v.toPrecision(5))) + " %";
const shown = {time, share: v => v == null ? "-" : digits(v) + " %", number: v => v == null ? "-" : digits(v)};

function axes(x, y, yName) {
  const common = () => ({stroke: colour("soft"), grid: {stroke: colour("grid"), width: 1}, ticks: {stroke: colour("grid"), width: 1},
    font: "12px system-ui, sans-serif"});
  return [Object.assign(common(), {size: 34, values: (u, all) => all.map(v => v == null ? "" : x(v))}),
    Object.assign(common(), {size: 68, values: (u, all) => all.map(v => v == null ? "" : y(v)), label: yName, labelSize: 18,
      labelFont: "12px system-ui, sans-serif"})];
}

// A scale of logarithms from the power of ten below all to that above all.
// Lines and labels of such a scale: the powers alone where there are many, and else their double and fivefold as well.
function round(u, all) {
  const many = Math.log10(u.scales.y.max / u.scales.y.min) > 2.5;
  return all.map(v => {
    const first = v / 10 ** Math.floor(Math.log10(v) + 1e-9);
    return (many ? [1] : [1, 2, 5]).some(n => Math.abs(first - n) < 1e-6) ? v : null;
  });
}
const powers = {distr: 3, range: (u, low, high) => low == null ? [1, 10] : uPlot.rangeLog(low, high, 10, true)};

function put(el, options, table) {
  if (options.scales.y === powers) {
    const y = options.axes[1];
    y.filter = y.grid.filter = y.ticks.filter = round;
  }
  if (el.plot) el.plot.destroy();
  el.textContent = "";
  const width = Math.max(240, el.clientWidth);
  el.plot = new uPlot(Object.assign({width, height: width < 500 ? 250 : 300, cursor: {drag: {x: false, y: false}, points: {size: 6}},
    legend: {markers: {dash: (u, i) => u.series[i].dash ? "dashed" : "solid"}}},
    options), table, el);
}

// The trials of a pair, with the arm of each; an arm whose trial is not there is left out.
function trialsOf(fix, pair) {
  const p = fix.pairs[pair];
  return p ? p.trials.map((key, i) => ({arm: i, trial: data.trials[key]})).filter(t => t.trial) : [];
}

const starts = (width, n) => Array.from({length: n}, (_, i) => i * width);

// A bin between two that are empty has no line, and is drawn as a point.
const lonely = {show: true, size: 4, filter: (u, i) => {
  const column = u.data[i];
  return column.flatMap((v, n) => v != null && column[n - 1] == null && column[n + 1] == null ? [n] : []);
}};

// Faults are bands with their number on top, and changes of leader are marks at the bottom, in the colour of their arm.
function bands(trials) {
  return u => {
    const {ctx, bbox} = u;
    ctx.save();
    ctx.fillStyle = colour("fault");
    for (const {trial} of trials) for (const f of trial.faults) {
      const from = Math.max(bbox.left, u.valToPos(f.from, "x", true));
      const to = Math.min(bbox.left + bbox.width, u.valToPos(f.to, "x", true));
      ctx.globalAlpha = 0.13;
      if (to >= bbox.left) ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    }
    ctx.restore();
  };
}

function marks(trials) {
  return u => {
    const {ctx, bbox} = u, dot = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * dot}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.fillStyle = colour("soft");
    let free = -1;
    (trials.length ? trials[0].trial.faults : []).forEach((f, i) => {
      const x = Math.max(bbox.left, u.valToPos(f.from, "x", true)) + 3 * dot;
      if (x < free || x > bbox.left + bbox.width - 8 * dot) return;
      ctx.fillText(String(i + 1), x, bbox.top + 3 * dot);
      free = x + 16 * dot;
    });
    for (const {arm, trial} of trials) {
      ctx.fillStyle = colour(arms[arm]);
      for (const l of trial.leaders) {
        const x = u.valToPos(l.at, "x", true), y = bbox.top + bbox.height - arm * 9 * dot;
        ctx.beginPath();
        ctx.moveTo(x, y - 8 * dot);
        ctx.lineTo(x - 4 * dot, y);
        ctx.lineTo(x + 4 * dot, y);
        ctx.fill();
      }
    }
    ctx.restore();
  };
}

const steps = (...a) => uPlot.paths.stepped({align: 1})(...a);

function latency(el, fix, pair) {
  const trials = trialsOf(fix, pair), tables = [], series = [{label: "at", value: (u, v) => seconds(v)}], fills = [];
  for (const {arm, trial} of trials) {
    const s = trial.streams[fix.stream], at = series.length, c = colour(arms[arm]);
    if (!s) continue;
    tables.push([starts(trial.widths[fix.stream], s.most.length), s.least, s.middle, s.most]);
    const one = {paths: steps, points: lonely, value: (u, v) => time(v)};
    series.push(Object.assign({label: fix.arms[arm] + ", fastest", class: "quiet", stroke: c, width: 0}, one),
      Object.assign({label: fix.arms[arm] + ", middle", stroke: c, width: 1, dash: [4, 3]}, one),
      Object.assign({label: fix.arms[arm] + ", slowest", stroke: c, width: 2}, one));
    fills.push({series: [at + 2, at], fill: c + "2b"});
  }
  if (!tables.length) return false;
  put(el, {series, bands: fills, scales: {x: {time: false}, y: powers}, axes: axes(seconds, time, "response time"),
    hooks: {drawClear: [bands(trials)], draw: [marks(trials)]}}, tables.length > 1 ? uPlot.join(tables) : tables[0]);
  return true;
}

function complete(el, fix, pair) {
  const trials = trialsOf(fix, pair), tables = [], rate = (u, v) => v == null ? "-" : digits(v) + "/s";
  const series = [{label: "at", value: (u, v) => seconds(v)}];
  for (const {arm, trial} of trials) {
    const s = trial.streams[fix.counted];
    if (!s) continue;
    const width = trial.widths[fix.counted], per = (v, i) => v == null ? null : v / width / (s.part ? s.part[i] : 1);
    const first = !tables.length;
    tables.push([starts(width, s.ok.length), ...(first ? [s.due.map(per)] : []), s.ok.map(per)]);
    if (first) series.push({label: "due", stroke: colour("soft"), width: 1, dash: [2, 3], fill: colour("fault") + "22", paths: steps, points: {show: false}, value: rate});
    series.push({label: fix.arms[arm] + ", complete", stroke: colour(arms[arm]), width: 2, paths: steps, points: lonely, value: rate});
  }
  if (!tables.length) return false;
  put(el, {series, scales: {x: {time: false}, y: {range: (u, low, high) => [0, (high || 1) * 1.08]}},
    axes: axes(seconds, digits, fix.noun + " a second"),
    hooks: {drawClear: [bands(trials)], draw: [marks(trials)]}}, tables.length > 1 ? uPlot.join(tables) : tables[0]);
  return true;
}

function spectrum(el, fix, choice) {
  const phase = fix.phases[choice], all = phase === undefined ? [] : fix.spectra[phase];
  const table = [fix.shares.map(q => -Math.log10(1 - q))], series = [{label: "of all", value: (u, v) => v == null ? "-" : percentile(100 - 100 * 10 ** -v)}], fills = [];
  let last = 0;
  all.forEach((s, arm) => {
    if (!s) return;
    const at = series.length, c = colour(arms[arm]), one = {points: {show: false}, value: (u, v) => time(v)};
    table.push(s.low, s.middle, s.high);
    s.middle.forEach((v, i) => { if (v != null) last = Math.max(last, table[0][i]); });
    series.push(Object.assign({label: "least of any trial", class: "quiet", stroke: c, width: 0}, one),
      Object.assign({label: fix.sides[arm] + ", within", stroke: c, width: 2}, one),
      Object.assign({label: "most of any trial", class: "quiet", stroke: c, width: 0}, one));
    fills.push({series: [at + 2, at], fill: c + "2b"});
  });
  if (table.length < 2) return false;
  const nines = [[0, "0 %"], [Math.log10(2), "50 %"], [1, "90 %"], [2, "99 %"], [3, "99.9 %"], [4, "99.99 %"]];
  const [x, y] = axes(digits, time, fix.measure);
  x.splits = () => nines.map(n => n[0]).filter(v => v <= last + 0.05);
  x.values = (u, at) => at.map(v => nines.find(n => n[0] === v)[1]);
  put(el, {series, bands: fills, scales: {x: {time: false, range: [0, Math.max(1, last) * 1.03]}, y: powers}, axes: [x, y],
    hooks: {draw: [u => limit(u, fix.timeout)]}}, table);
  return true;
}

// From the heal of the last fault on. The heal is a line at 0.
function recovery(el, fix) {
  const h = fix.healed, series = [{label: "since the heal", value: (u, v) => seconds(v)}], fills = [], table = [];
  h.sides.forEach((s, arm) => {
    if (!s) return;
    if (!table.length) table.push(s.middle.map((_, i) => (i + h.from) * h.width));
    const at = series.length, c = colour(arms[arm]), one = {paths: steps, points: {show: false}, value: (u, v) => time(v)};
    table.push(s.low, s.middle, s.high);
    series.push(Object.assign({label: "least of any trial", class: "quiet", stroke: c, width: 0}, one),
      Object.assign({label: fix.sides[arm] + ", slowest", stroke: c, width: 2}, one, {points: lonely}),
      Object.assign({label: "most of any trial", class: "quiet", stroke: c, width: 0}, one));
    fills.push({series: [at + 2, at], fill: c + "2b"});
  });
  if (!table.length) return false;
  put(el, {series, bands: fills, scales: {x: {time: false}, y: powers}, axes: axes(seconds, time, "response time"),
    hooks: {draw: [u => upright(u, 0, "healed")]}}, table);
  return true;
}

function upright(u, at, says) {
  const {ctx, bbox} = u, dot = devicePixelRatio, x = u.valToPos(at, "x", true);
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("soft");
  ctx.setLineDash([4 * dot, 3 * dot]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.textAlign = "left";
  ctx.font = `${11 * dot}px system-ui, sans-serif`;
  ctx.fillText(says, x + 4 * dot, bbox.top + 11 * dot);
  ctx.restore();
}

// The time-out is a line where the scale reaches it: what lies there may have been anything beyond.
function limit(u, at) {
  const {ctx, bbox} = u;
  if (!at || at < u.scales.y.min || at > u.scales.y.max) return;
  const y = u.valToPos(at, "y", true), dot = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("soft");
  ctx.setLineDash([2 * dot, 4 * dot]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.textAlign = "left";
  ctx.font = `${11 * dot}px system-ui, sans-serif`;
  ctx.fillText("time-out", bbox.left + 6 * dot, y - 4 * dot);
  ctx.restore();
}

function pairs(el, fix) {
  const j = fix.judged, n = j.pairs.length, say = shown[j.unit];
  if (!n) return false;
  const places = j.pairs.map((_, i) => i + 1), hidden = {paths: () => null, points: {show: false}, value: (u, v) => say(v)};
  const series = [{label: "pair", value: (u, v) => v == null ? "-" : String(j.pairs[Math.round(v) - 1])}];
  j.values.forEach((_, arm) => series.push(Object.assign({label: fix.sides[arm], stroke: colour(arms[arm])}, hidden)));
  const [x, y] = axes(v => v, say, j.name);
  x.splits = () => places.filter((_, i) => i % Math.ceil(n / Math.max(1, Math.floor(el.clientWidth / 40))) === 0);
  x.values = (u, at) => at.map(v => String(j.pairs[v - 1]));
  x.grid = {show: false};
  const linear = {range: (u, low, high) => low === high ? [low - 1, high + 1] : [low - 0.08 * (high - low), high + 0.08 * (high - low)]};
  put(el, {series, scales: {x: {time: false, range: [0.5, n + 0.5]}, y: j.log ? powers : linear}, axes: [x, y],
    hooks: {draw: [u => dots(u, j)]}}, [places, ...j.values]);
  return true;
}

// A pair's two values with a line between them. An arrow says that the true value lies further up; hollow is a pair
// during which others took more than a little of the machine.
function dots(u, j) {
  const {ctx} = u, dot = devicePixelRatio, r = 4 * dot;
  ctx.save();
  ctx.lineWidth = 1.5 * dot;
  j.pairs.forEach((_, i) => {
    const x = u.valToPos(i + 1, "x", true), at = j.values.map(v => v[i] == null ? null : u.valToPos(v[i], "y", true));
    if (at.length > 1 && at.every(y => y != null)) {
      ctx.strokeStyle = colour("rule");
      ctx.beginPath();
      ctx.moveTo(x, at[0]);
      ctx.lineTo(x, at[1]);
      ctx.stroke();
    }
    at.forEach((y, arm) => {
      if (y == null) return;
      ctx.strokeStyle = ctx.fillStyle = colour(arms[arm]);
      ctx.beginPath();
      if (j.bounds[arm] && j.bounds[arm][i]) {
        ctx.moveTo(x, y - 2 * r);
        ctx.lineTo(x - r, y);
        ctx.lineTo(x + r, y);
        ctx.closePath();
      } else if (arm === 0) {
        ctx.arc(x, y, r, 0, 2 * Math.PI);
      } else {
        ctx.rect(x - r * 0.85, y - r * 0.85, 1.7 * r, 1.7 * r);
      }
      if (j.disturbed[i]) {
        ctx.fillStyle = colour("ground");
      }
      ctx.fill();
      ctx.stroke();
    });
  });
  ctx.restore();
}

// Rows of a pair's table, as the page has them for the pair that is shown first: no more than so many, each of some bins.
const rows = 30;

function timeRows(fix, pair, kind) {
  const trials = trialsOf(fix, pair), longest = Math.max(0, ...trials.map(t => lengthOf(t.trial, fix, kind)));
  const each = Math.max(1, Math.ceil(longest / rows)), width = trials.length ? trials[0].trial.widths[streamOf(fix, kind)] : 1, all = [];
  for (let from = 0; from < longest; from += each) {
    const row = [seconds(from * width)];
    fix.arms.forEach((_, arm) => {
      const of = trials.find(t => t.arm === arm), s = of && of.trial.streams[streamOf(fix, kind)];
      const part = name => s ? s[name].slice(from, from + each).filter(v => v != null) : [];
      const due = part("due").reduce((a, b) => a + b, 0), ok = part("ok").reduce((a, b) => a + b, 0);
      if (kind === "latency") row.push(s ? String(due) : "-", due ? time(Math.min(...part("least"))) : "-", due ? time(Math.max(...part("most"))) : "-");
      else row.push(s ? String(due) : "-", s ? String(ok) : "-", due ? digits(100 * ok / due) + " %" : "-");
    });
    all.push(row);
  }
  return all;
}

const streamOf = (fix, kind) => kind === "latency" ? fix.stream : fix.counted;
const lengthOf = (trial, fix, kind) => trial.streams[streamOf(fix, kind)] ? trial.streams[streamOf(fix, kind)].due.length : 0;

function spectrumRows(fix, choice) {
  const all = fix.spectra[fix.phases[choice]] || [];
  return fix.shares.map((q, i) => [percentile(100 * q), ...fix.sides.flatMap((_, arm) => {
    const s = all[arm];
    return s && s.middle[i] != null ? [time(s.middle[i]), time(s.low[i]), time(s.high[i])] : ["-", "-", "-"];
  })]).filter(row => row.slice(1).some(c => c !== "-"));
}

function fill(kind, n, lines) {
  const body = document.querySelector(`[data-table="${kind}"][data-fix="${n}"] tbody`);
  if (body) kit.fill(body, lines);
}

const charts = {latency, complete, spectrum, pairs, recovery};

function show(el) {
  const kind = el.dataset.chart, fix = data.fixes[el.dataset.fix];
  const pick = document.querySelector(`[data-pick="${kind}"][data-fix="${el.dataset.fix}"]`);
  const choice = pick ? Number(pick.value) : 0;
  if (!fix || !charts[kind](el, fix, choice)) {
    el.textContent = "There is nothing to draw.";
    el.classList.add("none");
  }
  const says = document.querySelector(`[data-says="${kind}"][data-fix="${el.dataset.fix}"]`);
  if (says && (kind === "latency" || kind === "complete") && fix.pairs[choice]) says.textContent = fix.pairs[choice].says;
}

function changed(event) {
  const {pick, fix} = event.target.dataset, choice = Number(event.target.value), of = data.fixes[fix];
  show(document.querySelector(`[data-chart="${pick}"][data-fix="${fix}"]`));
  fill(pick, fix, pick === "spectrum" ? spectrumRows(of, choice) : timeRows(of, choice, pick));
}

const all = [...document.querySelectorAll("[data-chart]")];
const again = () => all.forEach(show);
document.querySelectorAll("[data-pick]").forEach(el => el.addEventListener("change", changed));
again();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
matchMedia("print").addEventListener("change", again);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) {
    width = innerWidth;
    again();
  }
});
})();
