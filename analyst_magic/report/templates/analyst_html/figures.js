// Draws every figure of the page from the JSON that lies beside it, in the colours of the reader's theme.
(() => {
  "use strict";

  const CONFIG = globalThis.FIGURE_CONFIG;
  const SLOW = 30000; // ms after which the next figure does not wait any longer: what fails may never say so
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

  // A browser keeps some sixteen drawings by WebGL, and drops the oldest beyond them. So the figures that take part in
  // a large page are pictures until they are looked at, and on paper they are pictures for good.
  const CONTEXTS = 12;
  const FLAT = ["scattergl", "scatterpolargl", "splom", "parcoords"];
  const SPACE = ["surface", "isosurface", "volume", "mesh3d", "cone", "streamtube", "scatter3d"];
  const paper = document.documentElement.classList.contains("paper");
  const live = new Map();

  function contexts(figure) {
    const traces = (figure.dataset.traces || "").split(" ");
    const scenes = traces.some((trace) => SPACE.includes(trace))
      ? Math.max(1, new Set(figure.querySelector("script").textContent.match(/"scene\d*"/g)).size)
      : 0;
    return scenes + (traces.some((trace) => FLAT.includes(trace)) ? 3 : 0);
  }

  async function freeze(figure) {
    live.delete(figure);
    const canvas = figure.querySelector(".canvas");
    const { width, height } = canvas._fullLayout;
    const picture = new Image(width, height);
    picture.alt = figure.getAttribute("aria-label");
    try {
      picture.src = await within(Plotly.toImage(canvas, { format: "png", width, height, scale: 2 }));
      await picture.decode();
    } catch (error) {
      console.warn(`A figure is not kept as a picture: ${error}`);
      return;
    }
    Plotly.purge(canvas);
    canvas.replaceChildren(picture);
    figure.dataset.frozen = "";
  }

  async function makeRoom(figure) {
    const needed = contexts(figure);
    live.delete(figure);
    for (const other of [...live.keys()]) {
      if ([...live.values()].reduce((sum, taken) => sum + taken, needed) <= CONTEXTS) break;
      await freeze(other);
    }
    if (needed) live.set(figure, needed);
  }

  const within = (work) => {
    let timer;
    const slow = new Promise((resolve) => (timer = setTimeout(resolve, SLOW)));
    return Promise.race([work, slow]).finally(() => clearTimeout(timer));
  };

  async function draw(figure, dark) {
    const canvas = figure.querySelector(".canvas");
    const words = figure.getAttribute("aria-label");
    try {
      if (figure.dataset.library !== "plotly") {
        const text = figure.querySelector("script").textContent;
        await within(globalThis.CHARTS[figure.dataset.library](canvas, JSON.parse(text), dark));
        figure.dataset.drawn = dark ? "dark" : "light";
        return;
      }
      await makeRoom(figure);
      const { data, layout, frames } = themed(figure.querySelector("script").textContent, dark);
      if (!canvas.classList.contains("js-plotly-plot")) canvas.textContent = "";
      await within(Plotly.react(canvas, { data, layout, frames, config: CONFIG }));
      delete figure.dataset.frozen;
      if (paper && live.has(figure)) await freeze(figure);
      figure.dataset.drawn = dark ? "dark" : "light";
    } catch (error) {
      canvas.textContent = `This figure cannot be drawn here. ${words}`;
      canvas.style.minHeight = "0";
      figure.dataset.drawn = "failed";
      console.warn(`A figure was not drawn: ${error}`);
    }
  }

  const figures = [...document.querySelectorAll("figure.plot")];
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => document.querySelector("fieldset.theme input:checked")?.value ?? "auto";
  const isDark = () => !paper && (chosen() === "auto" ? preference.matches : chosen() === "dark");
  let work = globalThis.unpacked;
  const later = (task) => (work = work.then(task, task));
  const drawAll = (dark) => {
    for (const figure of figures) later(() => draw(figure, dark));
  };
  const sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) later(() => "frozen" in target.dataset && !paper && draw(target, isDark()));
    }
  });
  preference.addEventListener("change", () => drawAll(isDark()));
  document.querySelector("fieldset.theme")?.addEventListener("change", () => drawAll(isDark()));
  window.addEventListener("beforeprint", () => isDark() && drawAll(false));
  window.addEventListener("afterprint", () => isDark() && drawAll(true));
  drawAll(isDark());
  later(() => figures.forEach((figure) => contexts(figure) && sight.observe(figure)));
})();
