// Draws every [data-chart] with ECharts, which is fetched only when a page has one. The table beneath says the same.
const DASHES = ["solid", "dashed", "dotted"];
const DECALS = [null, { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 }, { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.5 }];
const ORDER = ["green", "brass", "terracotta", "lake", "clay"];
let loading = null;

function library() {
  if (window.echarts) return Promise.resolve(window.echarts);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.echarts;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

function options(data) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const text = { color: colour("ink-2"), fontFamily: colour("text"), fontSize: 12 };
  const number = new Intl.NumberFormat(document.documentElement.lang || "en");
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    textStyle: text,
    grid: { left: 4, right: 12, top: data.series.length > 1 ? 34 : 12, bottom: 4, containLabel: true },
    legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 18, itemHeight: 10, textStyle: text } : undefined,
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colour("brass-soft"), opacity: 0.5 } },
      backgroundColor: colour("raise"), borderColor: colour("line-strong"), textStyle: { ...text, color: colour("ink") },
      valueFormatter: (value) => `${number.format(value)} ${data.unit}`.trim(),
    },
    xAxis: { type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line-strong") } }, axisLabel: text },
    yAxis: { type: "value", splitLine: { lineStyle: { color: colour("line"), type: "dotted" } }, axisLabel: { ...text, formatter: (value) => number.format(value) } },
    series: data.series.map((series, index) => {
      const hue = { green: "stage-inspected", mute: "line-strong" }[series.tone] ?? (series.tone || ORDER[index % ORDER.length]);
      const tint = colour(hue === "green" ? "stage-inspected" : hue);
      const kind = series.kind || data.kind;
      return {
        name: series.name, type: kind, data: series.values, stack: data.stacked && kind === "bar" ? "all" : undefined,
        itemStyle: { color: tint, borderRadius: kind === "bar" && !data.stacked ? [4, 4, 0, 0] : 0, decal: kind === "bar" ? DECALS[index % DECALS.length] : undefined },
        lineStyle: { width: 2.5, type: DASHES[index % DASHES.length] }, symbol: index % 2 ? "rect" : "circle", symbolSize: 6, showSymbol: series.values.length < 40, barMaxWidth: 34,
      };
    }),
  };
}

export async function drawCharts(root = document) {
  const places = [...root.querySelectorAll("[data-chart]")];
  if (!places.length) return;
  const echarts = await library();
  for (const place of places) {
    const known = echarts.getInstanceByDom(place);
    if (known && place.drawn === place.dataset.chart && place.firstElementChild) { known.resize(); continue; }
    known?.dispose();
    place.drawn = place.dataset.chart;
    echarts.init(place).setOption(options(JSON.parse(place.dataset.chart)));
  }
}

export function redrawCharts() {
  for (const place of document.querySelectorAll("[data-chart]")) place.drawn = null;
  return drawCharts();
}

let waiting = 0;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => drawCharts(), 120); });
