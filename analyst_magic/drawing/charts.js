// Draws charts of Vega and Bokeh into a place of the page, or gives them as pictures.
globalThis.CHARTS = {
  async vega(place, spec, dark, asPicture = false) {
    const whole = /vega-lite/.test(spec.$schema || "") || !Array.isArray(spec.marks);
    const sized = whole && spec.width === "container" ? { ...spec, width: 600 } : spec;
    const compiled = whole ? vegaLite.compile(sized).spec : sized;
    const loader = vega.loader();
    loader.load = async (address) => {
      throw new Error(`its data are elsewhere (${String(address).slice(0, 80)})`);
    };
    let failed = null;
    const logger = vega.logger(vega.None);
    logger.error = (error) => {
      failed = failed || error;
      return logger;
    };
    const view = new vega.View(vega.parse(compiled, dark ? { background: "#ffffff" } : {}, { ast: true }), {
      expr: vega.expressionInterpreter,
      renderer: "svg",
      loader,
      logger,
    });
    if (!asPicture) {
      place.textContent = "";
      view.initialize(place).hover();
    }
    await view.runAsync();
    if (failed) throw failed;
    if (asPicture) return view.toImageURL("png", 2);
    place.style.minHeight = "0";
    return null;
  },

  async bokeh(place, docs, dark, asPicture = false) {
    place.textContent = "";
    const views = [];
    for (const json of Object.values(docs)) {
      const roots = (json.roots || []).map((root) => root.id || root);
      for (const root of roots.map((one) => one.root_ids || one).flat()) {
        const target = document.createElement("div");
        place.append(target);
        views.push(await Bokeh.embed.embed_item({ doc: json, root_id: root, version: json.version }, target));
      }
    }
    place.style.minHeight = "0";
    if (!asPicture) return null;
    await new Promise((done) => setTimeout(done, 300));
    const view = [...views[0]][0];
    return view.export("png").canvas.toDataURL("image/png");
  },
};
