// Draws every figure of the page from the JSON that lies beside it, in the colours of the reader's theme.
(() => {
  "use strict";

  const CONFIG = globalThis.FIGURE_CONFIG;
  const SLOW = 10000; // ms after which the next figure does not wait any longer: a map of tiles never says that it is drawn
  const CLEAR = "rgba(0,0,0,0)";
  const INK = "#d4d7dd";
  const GRID = "#363b44";
  const AXIS = { gridcolor: GRID, linecolor: GRID, zerolinecolor: "#565d69" };
  const SCENE_AXIS = { ...AXIS, backgroundcolor: "#20242b" };
  const DARK = {
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    font: { color: INK },
    xaxis: AXIS,
    yaxis: AXIS,
    polar: { bgcolor: CLEAR, angularaxis: AXIS, radialaxis: AXIS },
    ternary: { bgcolor: CLEAR, aaxis: AXIS, baxis: AXIS, caxis: AXIS },
    scene: { xaxis: SCENE_AXIS, yaxis: SCENE_AXIS, zaxis: SCENE_AXIS },
    geo: { bgcolor: CLEAR, lakecolor: "#20242b", landcolor: "#2b3038", subunitcolor: GRID },
    annotationdefaults: { arrowcolor: INK, font: { color: INK } },
    shapedefaults: { line: { color: INK } },
    hoverlabel: { bgcolor: "#20242b", bordercolor: GRID, font: { color: INK } },
  };

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  function merge(base, patch) {
    const merged = isObject(base) ? { ...base } : {};
    for (const [key, value] of Object.entries(patch)) {
      merged[key] = isObject(value) ? merge(merged[key], value) : value;
    }
    return merged;
  }

  // A figure with colours of its own keeps them all: half of a theme is unreadable.
  function hasOwnColours(figure) {
    const { paper_bgcolor, plot_bgcolor, font } = figure.layout;
    return Boolean(paper_bgcolor || plot_bgcolor || (font && font.color)) ||
      figure.data.some((trace) => trace && trace.type === "table");
  }

  function themed(text, dark) {
    const figure = JSON.parse(text);
    figure.data = Array.isArray(figure.data) ? figure.data : [];
    figure.layout = isObject(figure.layout) ? figure.layout : {};
    if (dark && !hasOwnColours(figure)) {
      const template = isObject(figure.layout.template) ? figure.layout.template : {};
      const data = isObject(template.data) ? { ...template.data } : {};
      delete data.bar; // the plotly template outlines bars in its light background
      figure.layout.template = { ...template, data, layout: merge(template.layout, DARK) };
    }
    return figure;
  }

  async function draw(figure, dark) {
    const canvas = figure.querySelector(".canvas");
    const words = figure.getAttribute("aria-label");
    try {
      const { data, layout, frames } = themed(figure.querySelector("script").textContent, dark);
      if (!canvas.classList.contains("js-plotly-plot")) canvas.textContent = "";
      const drawn = Plotly.react(canvas, { data, layout, frames, config: CONFIG });
      await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, SLOW))]);
      figure.dataset.drawn = dark ? "dark" : "light";
    } catch (error) {
      canvas.textContent = `This figure cannot be drawn here. ${words}`;
      figure.dataset.drawn = "failed";
      console.warn(`A figure was not drawn: ${error}`);
    }
  }

  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  const drawAll = async (dark) => {
    for (const figure of document.querySelectorAll("figure.plot")) await draw(figure, dark);
  };
  preference.addEventListener("change", () => drawAll(preference.matches));
  window.addEventListener("beforeprint", () => preference.matches && drawAll(false));
  window.addEventListener("afterprint", () => preference.matches && drawAll(true));
  drawAll(preference.matches);
})();
