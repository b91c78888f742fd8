// Draws figures and vector graphics as pictures, one at a time; asked by the program that shows this page.
"use strict";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const within = (milliseconds, work) =>
  Promise.race([work, new Promise((_, fail) => setTimeout(() => fail(new Error("too slow")), milliseconds))]);

async function plotted(text, size) {
  const { width, height, library } = JSON.parse(size);
  const place = document.getElementById("canvas");
  if (library !== "plotly") {
    try {
      return await within(45000, CHARTS[library](place, JSON.parse(text), false, true));
    } catch (error) {
      console.warn(`A chart was not drawn: ${error}`);
      return null;
    } finally {
      place.textContent = "";
    }
  }
  try {
    const figure = JSON.parse(text);
    const layout = { ...(isObject(figure.layout) ? figure.layout : {}), width, height, autosize: false };
    const data = Array.isArray(figure.data) ? figure.data : [];
    await within(45000, Plotly.newPlot(place, data, layout, { ...globalThis.FIGURE_CONFIG, responsive: false, staticPlot: true }));
    return await within(45000, Plotly.toImage(place, { format: "png", width, height, scale: 2 }));
  } catch (error) {
    console.warn(`A figure was not drawn: ${error}`);
    return null;
  } finally {
    Plotly.purge(place);
    place.textContent = "";
  }
}

async function rasterised(uri, size) {
  const { width } = JSON.parse(size);
  try {
    const image = new Image();
    image.src = uri;
    await within(20000, image.decode());
    const scale = image.naturalWidth ? Math.min(4, (2 * width) / image.naturalWidth) : 1;
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round((image.naturalWidth || width) * scale));
    canvas.height = Math.min(8000, Math.max(1, Math.round((image.naturalHeight || width / 2) * scale)));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  } catch (error) {
    return null;
  }
}
