// What the scripts of all pages share: how values are written, colours, and the rows of a table.
const kit = (() => {
"use strict";

const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// Three digits without an exponent; uPlot's own labels show 0 for all below 0.001 on an axis of logarithms.
const digits = v => v === 0 ? "0" : Number(v.toPrecision(3)).toLocaleString("en", {maximumFractionDigits: 12, useGrouping: false});
const time = v => {
  if (v == null) return "-";
  v = Number(v.toPrecision(3)); // before the unit is chosen: 999.7 us is 1 ms
  return v >= 1e6 ? digits(v / 1e6) + " s" : v >= 1e3 ? digits(v / 1e3) + " ms" : v >= 1 ? digits(v) + " us" : digits(v * 1e3) + " ns";
};
const seconds = v => v == null ? "-" : digits(v) + " s";

// fill replaces the rows of a table's body. The first cell of each heads its row.
function fill(body, lines) {
  body.replaceChildren(...lines.map(cells => {
    const row = document.createElement("tr");
    row.append(...cells.map((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (!i) cell.scope = "row";
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
}

return {colour, digits, time, seconds, fill};
})();
