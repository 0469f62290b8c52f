"use strict";
const result = JSON.parse(document.getElementById("data").textContent);
const points = result.timeline;
const column = (key) => points.map((point) => point[key]);
const seconds = column("at");
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const HEIGHT = 220;
const COLORS = ["#0d9488", "#d97706", "#dc2626"];
const charts = [];

/** Where nothing was measured there is a gap. */
const gaps = (values, counts) => values.map((value, i) => (counts[i] > 0 ? value : null));

function draw(id, data, series, more = {}) {
  const parent = document.getElementById(id);
  const axis = { stroke: () => css("--quiet"), grid: { stroke: () => css("--line"), width: 1 }, ticks: { show: false } };
  const options = {
    width: parent.clientWidth,
    height: HEIGHT,
    pxAlign: false,
    scales: { x: { time: false } },
    axes: [{ ...axis, values: (_, all) => all.map((at) => `${at} s`) }, { ...axis, size: 60 }],
    series: [
      { label: "at", value: (_, at) => (at === null ? "–" : `${at.toFixed(0)} s`) },
      ...series.map((label, i) => ({ label, stroke: COLORS[i], width: 1.5, points: { show: false } })),
    ],
    ...more,
  };
  charts.push({ parent, chart: new uPlot(options, data, parent) });
}

const delivered = column("deliveredPerSecond");
draw("latency", [seconds, ...["p50", "p95", "p99"].map((key) => gaps(column(key), delivered))], ["p50", "p95", "p99"]);
draw("connections", [seconds, column("users"), column("connected")], ["users", "connected"]);
draw("messages", [seconds, column("sentPerSecond"), delivered], ["sent", "delivered"]);
draw("connect", [seconds, column("connectP95").map((value) => value || null)], ["p95"]);
draw("errors", [seconds, column("errors")], ["errors"]);

// Each nine is as wide as the one before: the rarest are where one looks.
const nines = (percent) => -Math.log10(1 - Math.min(percent, 99.9999) / 100);
const curve = result.percentiles;
draw(
  "percentiles",
  [curve.map(({ percent }) => nines(percent)), curve.map(({ millis }) => millis)],
  ["ms"],
  {
    axes: [
      {
        stroke: () => css("--quiet"),
        grid: { stroke: () => css("--line"), width: 1 },
        ticks: { show: false },
        splits: () => [0, nines(50), 1, 2, 3, 4, 5],
        values: () => ["0 %", "50", "90", "99", "99.9", "99.99", "99.999"],
      },
      { stroke: () => css("--quiet"), grid: { stroke: () => css("--line"), width: 1 }, ticks: { show: false }, size: 60 },
    ],
    series: [
      { label: "percentile", value: (_, at) => (at === null ? "–" : `${(100 * (1 - 10 ** -at)).toFixed(3)} %`) },
      { label: "ms", stroke: COLORS[0], width: 1.5 },
    ],
  },
);

const fit = () => charts.forEach(({ parent, chart }) => chart.setSize({ width: parent.clientWidth, height: HEIGHT }));
addEventListener("resize", fit);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(({ chart }) => chart.redraw()));
