// The chart of one series. The table below it says the same; without this script the drawn line stays.
// Zooming in asks for what lies in the window, until the points themselves are shown.
const box = document.getElementById("trend");
const FEW = 2000; // below this SVG, above it canvas
const PAUSE = 250;

function read(id) { return JSON.parse(document.getElementById(id).textContent); }

function token(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

function theme() {
  const text = { color: token("ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const axis = {
    axisLine: { lineStyle: { color: token("control") } }, axisTick: { show: false },
    axisLabel: { color: token("ink-2"), fontSize: 12, fontFamily: text.fontFamily },
    splitLine: { lineStyle: { color: token("grid") } }
  };
  return {
    color: ["c1", "c2", "c3", "c4", "c5", "c6"].map(token), textStyle: text, backgroundColor: "transparent",
    timeAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } }
  };
}

function shown(value) {
  return value === null || value === undefined ? "—" : String(Number(value.toPrecision(6))).replace("-", "−");
}

// A gap is a point without a value: the line breaks there.
function broken(rows, longest) {
  const found = [];
  for (const row of rows) {
    const last = found[found.length - 1];
    if (last && row[0] - last[0] > longest) { found.push([last[0] + 1, null, null, null]); }
    found.push(row);
  }
  return found;
}

function seriesOf(told, config) {
  const gap = 3 * (told.width || config.interval);
  const rows = broken(told.rows, gap).map((row) => [row[0] + config.offset, ...row.slice(1)]);
  const isBad = (row) => told.raw && row[2] > 0;
  const main = {
    type: "line", name: told.raw ? config.name : config.words.mean, showSymbol: rows.length < 60, symbolSize: 5,
    symbol: "circle", connectNulls: false, lineStyle: { width: 1.5 }, animation: false,
    data: rows.map((row) => [row[0], told.raw && row[2] >= 64 ? null : row[1]]),
    markLine: {
      silent: true, symbol: "none", animation: false,
      lineStyle: { type: "dashed", color: token("ink-2"), width: 1 },
      label: { position: "insideStartTop", color: token("ink-2"), formatter: (one) => one.name },
      data: config.limits.map((limit) => ({ name: limit.name, yAxis: limit.value }))
    }
  };
  const found = [main];
  if (told.raw) {
    found.push({
      type: "scatter", name: config.words.doubtful, symbol: "diamond", symbolSize: 9, animation: false,
      itemStyle: { color: "transparent", borderColor: token("warn"), borderWidth: 1.5 },
      data: rows.filter((row) => isBad(row) && row[1] !== null).map((row) => [row[0], row[1]])
    });
  } else {
    const band = { type: "line", stack: "band", showSymbol: false, lineStyle: { width: 0 }, silent: true, animation: false };
    found.push({ ...band, name: "", data: rows.map((row) => [row[0], row[2]]), tooltip: { show: false } });
    found.push({
      ...band, name: config.words.range, areaStyle: { color: token("c1"), opacity: 0.15 },
      data: rows.map((row) => [row[0], row[3] === null ? null : row[3] - row[2]])
    });
  }
  return found;
}

function said(told, config) {
  return (params) => {
    const first = params.find((one) => one.seriesIndex === 0) || params[0];
    const row = told.rows.find((one) => one[0] + config.offset === first.value[0]);
    const at = new Date(first.value[0]).toISOString().slice(0, 19).replace("T", " ");
    if (!row) { return at; }
    if (told.raw) { return `${at}\n${shown(row[1])}${config.unit}${row[2] > 0 ? "\n" + config.words.doubtful : ""}`; }
    return `${at}\n${config.words.mean} ${shown(row[1])}${config.unit}\n${config.words.range} ${shown(row[2])}—${shown(row[3])}\n${row[4]}/${row[5]} ${config.words.points}`;
  };
}

function optionOf(told, config, span) {
  return {
    animation: false, useUTC: true, aria: { enabled: true },
    grid: { left: 8, right: 16, top: 24, bottom: 56, containLabel: true },
    xAxis: { type: "time", min: span[0] + config.offset, max: span[1] + config.offset, axisLabel: { hideOverlap: true } },
    yAxis: { type: "value", scale: true, name: config.unit, nameTextStyle: { align: "left" } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("surface"),
      borderColor: token("line"), textStyle: { color: token("ink") }, formatter: said(told, config)
    },
    dataZoom: [
      { type: "inside", filterMode: "none", minValueSpan: 60000 },
      {
        type: "slider", filterMode: "none", height: 20, bottom: 8, brushSelect: false, showDetail: false,
        borderColor: token("line"), fillerColor: token("brand-soft"), backgroundColor: token("sunken"),
        handleStyle: { color: token("surface"), borderColor: token("control") },
        moveHandleStyle: { color: token("control") },
        dataBackground: { lineStyle: { color: token("control") }, areaStyle: { color: token("line") } },
        selectedDataBackground: { lineStyle: { color: token("c1") }, areaStyle: { color: token("brand-soft") } }
      }
    ],
    series: seriesOf(told, config)
  };
}

function start() {
  const config = read("trend-config");
  const whole = { span: [config.since, config.until], told: read("trend-points") };
  const how = document.getElementById("how");
  const back = document.getElementById("whole");
  let now = whole, chart = null, waiting = 0, asked = 0, drawing = false;

  function label(told) {
    how.textContent = told.raw ? config.words.raw : `${config.words.bucket} ${Math.round(told.width / 60000) || told.width / 1000 + "s"}${told.width >= 60000 ? " min" : ""}`;
  }

  function draw() {
    drawing = true;
    if (chart) { chart.dispose(); }
    box.replaceChildren();
    const renderer = now.told.rows.length < FEW ? "svg" : "canvas";
    chart = window.echarts.init(box, theme(), { renderer });
    chart.setOption(optionOf(now.told, config, now.span));
    chart.on("datazoom", zoomed);
    label(now.told);
    back.hidden = now === whole;
    drawing = false;
  }

  function zoomed() {
    if (drawing) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(fetchWindow, PAUSE);
  }

  // From the shares of the zoom, so that it works whatever the axis rounds to.
  async function fetchWindow() {
    const zoom = chart.getOption().dataZoom[0];
    const width = now.span[1] - now.span[0];
    const span = [now.span[0] + width * zoom.start / 100, now.span[0] + width * zoom.end / 100].map(Math.round);
    if (now.told.raw || zoom.end - zoom.start > 60) { return; }
    const mine = asked += 1;
    try {
      const answer = await fetch(`${config.points}?since=${span[0]}&until=${span[1]}`);
      if (!answer.ok) { throw new Error(String(answer.status)); }
      const told = await answer.json();
      if (mine !== asked) { return; }
      now = { span, told };
      draw();
    } catch (error) { how.textContent = config.words.failed; }
  }

  back.addEventListener("click", () => { now = whole; draw(); });
  new ResizeObserver(() => { if (chart) { chart.resize(); } }).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  draw();
}

if (box && window.echarts) { start(); }
