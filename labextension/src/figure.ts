import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { trans } from './translation';

export const MIME = 'application/vnd.plotly.v1+json';
const NARROW = 600;
const SETTLED = 150; // ms after which a size counts as chosen
const CLEAR = 'rgba(0,0,0,0)';

interface Font {
  color?: string;
  size?: number;
}

interface Trace {
  type?: string;
  orientation?: string;
  x?: unknown;
  y?: unknown;
  showlegend?: boolean;
  name?: string;
  text?: unknown;
  texttemplate?: unknown;
  hovertemplate?: unknown;
  error_x?: unknown;
  error_y?: unknown;
  marker?: { color?: unknown };
  line?: { color?: unknown };
}

interface Axis {
  title?: object | string;
  autorange?: boolean | string;
  automargin?: boolean;
  type?: string;
  dtick?: number | string;
  categoryarray?: unknown[];
  tickangle?: number;
  nticks?: number;
  showgrid?: boolean;
}

interface Layout {
  separators?: string;
  title?: string | { text?: string; font?: Font; subtitle?: { text?: string } };
  margin?: object;
  width?: number;
  height?: number;
  autosize?: boolean;
  legend?: object;
  xaxis?: Axis;
  yaxis?: Axis;
  barmode?: string;
  shapes?: unknown[];
  annotations?: unknown[];
  font?: Font;
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  template?: { data?: object; layout?: Record<string, object | undefined> };
}

interface Figure {
  data?: Trace[];
  layout?: Layout;
  config?: object;
}

/** The colours of a page. */
export interface Colours {
  text: string;
  line: string;
  ground: string;
}

/**
 * Give Plotly the outlines of maps, before it draws the first one. Those that the page already has stay.
 *
 * JupyterLab waits for it before it shows a notebook: a map that is drawn earlier would have no outlines.
 */
export async function provideOutlines(): Promise<void> {
  const { outlines } = await import('./outlines');
  const page = window as Window & { PlotlyGeoAssets?: { topojson?: Record<string, object> } };
  page.PlotlyGeoAssets = { topojson: { ...outlines, ...page.PlotlyGeoAssets?.topojson } };
}

/**
 * A bundle whose figure suits a place of this width: as wide as that, and in a narrow one with small margins, which the
 * axes widen as they need, a broken title, the legend below, and bars that lie down where their names would not fit.
 */
export function fitted(data: Record<string, unknown>, width: number): Record<string, unknown> {
  const figure = data[MIME] as Figure | undefined;
  if (!figure) {
    return data;
  }
  const own = trans.language === 'en' ? {} : { separators: trans.separators };
  const wide: Layout = { ...own, ...figure.layout, autosize: true };
  if ((wide.width ?? 0) > width) {
    delete wide.width; // it would be cut off
  }
  wide.height ??= width >= NARROW ? 400 : 320;
  if (width >= NARROW) {
    return { ...data, [MIME]: { ...figure, layout: wide } };
  }
  const { data: traces = [], layout } = lyingDown({ ...figure, layout: wide }, width);
  const given = typeof layout.title === 'string' ? { text: layout.title } : (layout.title ?? {});
  const lines = broken(given.text ?? '', Math.max(20, Math.floor(width / 7.5)));
  const below = broken(given.subtitle?.text ?? '', Math.max(28, Math.floor(width / 5.5)));
  const title = {
    ...given,
    text: lines.join('<br>'),
    font: { ...given.font, size: 13 },
    x: 0.02,
    xanchor: 'left',
    ...(given.subtitle
      ? { subtitle: { ...given.subtitle, text: below.join('<br>'), font: { size: 10 } } }
      : {})
  };
  // A margin that is too small for the letters is widened after a first drawing: with many points that one is saved.
  const many = traces.some(trace => trace.type?.endsWith('gl'));
  const sides = many ? { l: 56, r: 16, b: 48 } : { l: 8, r: 12, b: 8 };
  // Texts behind bars that lie are no part of what Plotly makes room for.
  const texts = traces.some(
    trace => trace.orientation === 'h' && (trace.texttemplate ?? trace.text)
  );
  const margin = {
    ...sides,
    ...(texts ? { r: 44 } : {}),
    t: (given.text ? 24 + 16 * lines.length : 16) + (given.subtitle ? 8 + 13 * below.length : 0)
  };
  const named = traces.filter(trace => trace.name && trace.showlegend !== false).length > 1;
  const legend = named
    ? {
        legend: {
          ...layout.legend,
          orientation: 'h',
          x: 0,
          xanchor: 'left',
          y: 0,
          yanchor: 'bottom',
          yref: 'container' // below all names of the axis, however much room these take
        }
      }
    : {};
  const axes = Object.fromEntries(
    Object.entries(layout)
      .filter(([name]) => /^[xy]axis\d*$/.test(name))
      .map(([name, axis]) => [name, narrowAxis(axis as Axis, name, width, !many)])
  );
  const font = { ...layout.font, size: Math.min(layout.font?.size ?? 11, 11) };
  const config = { ...figure.config, displayModeBar: false }; // it would cover the title
  const fit = { ...layout, ...axes, ...legend, font, title, margin };
  return { ...data, [MIME]: { ...figure, data: traces, layout: fit, config } };
}

/** An axis with as many labels as there is room for, side by side and upright. */
function narrowAxis(axis: Axis, name: string, width: number, automargin: boolean): Axis {
  const fit: Axis = { ...axis, automargin };
  const names = axis.type === 'category' ? (axis.categoryarray ?? []) : [];
  if (name.startsWith('x') && names.length > 1 && names.every(value => typeof value === 'number')) {
    // Plotly would turn numbers, such as those of months, where they come close.
    const letters = Math.max(...names.map(value => String(value).length));
    fit.tickangle = 0;
    fit.dtick = Math.ceil(((letters * 6.2 + 2) * names.length) / (width - 50));
  }
  if (name.startsWith('x') && typeof axis.dtick === 'number' && axis.type !== 'category') {
    delete fit.dtick;
    fit.nticks = Math.max(2, Math.floor(width / 40));
    fit.tickangle = 0;
  }
  return fit;
}

/** How high a fitted figure is. */
export function heightOf(data: Record<string, unknown>): number | undefined {
  return (data[MIME] as Figure | undefined)?.layout?.height;
}

const TALL = 700;

/** Whether a figure, as one of a hundred bars, is to be scrolled in its place instead of filling the page. */
export function isTall(height: number | undefined): boolean {
  return (height ?? 0) > TALL;
}

/** A figure whose bars lie, where they stand side by side with names that would not fit below them. */
function lyingDown(
  figure: Figure & { layout: Layout },
  width: number
): Figure & { layout: Layout } {
  const traces = figure.data ?? [];
  const { layout } = figure;
  const names = new Set(traces.flatMap(trace => (Array.isArray(trace.x) ? trace.x : [0])));
  const stand = (trace: Trace) => trace.type === 'bar' && trace.orientation !== 'h';
  const named = [...names].every(name => typeof name === 'string' && !/^\d{4}-\d\d/.test(name));
  const letters = Math.max(0, ...[...names].map(name => String(name).length));
  const room = (width - 90) / Math.max(1, names.size) / 8; // letters below each bar
  const plain =
    !Object.keys(layout).some(name => /^[xy]axis\d+$/.test(name)) &&
    !layout.shapes?.length &&
    !layout.annotations?.length;
  if (!traces.length || !traces.every(stand) || !named || !plain || letters <= room) {
    return figure;
  }
  const side = layout.barmode === 'stack' || layout.barmode === 'relative' ? 1 : traces.length;
  const { xaxis, yaxis } = layout;
  return {
    ...figure,
    data: traces.map(laidDown),
    layout: {
      ...layout,
      xaxis: { ...yaxis, showgrid: true },
      yaxis: { ...xaxis, autorange: 'reversed', type: 'category', showgrid: false },
      height: Math.max(layout.height ?? 0, 110 + names.size * Math.max(20, 12 * side))
    }
  };
}

/** A trace of bars with across and up exchanged, in its texts too. */
function laidDown(trace: Trace): Trace {
  const { x, y, error_x, error_y, ...rest } = trace;
  const turned = (text: unknown) =>
    typeof text === 'string' ? text.replace(/%\{([xy])(?=[:}])/g, swapped) : text;
  const swapped = (_: string, axis: string) => `%{${axis === 'x' ? 'y' : 'x'}`;
  const made: Trace = { ...rest, x: y, y: x, orientation: 'h' };
  for (const [name, value] of [
    ['error_x', error_y],
    ['error_y', error_x],
    ['texttemplate', turned(trace.texttemplate)],
    ['hovertemplate', turned(trace.hovertemplate)]
  ] as const) {
    if (value !== undefined) {
      made[name] = value;
    }
  }
  return made;
}

/**
 * A bundle whose figure has the colours of a dark page. Only its template changes, so what the code chose stays; a figure
 * whose code chose the ground or the letters stays as it is, as the rest would not go with them.
 */
export function darkened(data: Record<string, unknown>, colours: Colours): Record<string, unknown> {
  const figure = data[MIME] as Figure | undefined;
  const layout = figure?.layout ?? {};
  const titleFont = typeof layout.title === 'object' ? layout.title.font : undefined;
  if (
    !figure ||
    layout.paper_bgcolor ||
    layout.plot_bgcolor ||
    layout.font?.color ||
    titleFont?.color
  ) {
    return data;
  }
  const { text, line, ground } = colours;
  const given = (layout.template?.layout ?? {}) as Record<string, object | undefined>;
  const letters = { tickfont: { color: text }, title: { font: { color: text } } };
  const lines = {
    gridcolor: line,
    linecolor: line,
    zerolinecolor: line,
    tickcolor: line
  };
  const way = (given.colorway ?? []) as string[];
  const own = new Map(way.map(colour => [colour.toLowerCase(), lightened(colour)]));
  const axis = { ...lines, backgroundcolor: ground };
  const chosen = {
    ...given,
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    ...(way.length ? { colorway: way.map(lightened) } : {}),
    font: { ...given.font, color: text },
    title: merged(given.title, { font: { color: text } }),
    xaxis: merged({ ...given.xaxis, ...lines }, letters),
    yaxis: merged({ ...given.yaxis, ...lines }, letters),
    legend: merged(given.legend, { title: { font: { color: text } } }),
    coloraxis: merged(given.coloraxis, {
      colorbar: { tickfont: { color: text }, title: { font: { color: text } } }
    }),
    polar: { bgcolor: CLEAR, angularaxis: lines, radialaxis: lines },
    ternary: { bgcolor: CLEAR, aaxis: lines, baxis: lines, caxis: lines },
    geo: { bgcolor: CLEAR, landcolor: ground, lakecolor: ground, subunitcolor: line },
    scene: { xaxis: axis, yaxis: axis, zaxis: axis },
    annotationdefaults: { ...given.annotationdefaults, arrowcolor: text },
    shapedefaults: { ...given.shapedefaults, line: { color: text } }
  };
  const table = { header: { fill: { color: line } }, cells: { fill: { color: ground } } };
  const template = {
    data: { ...layout.template?.data, table: [{ type: 'table', ...table }] },
    layout: chosen
  };
  const drawn = figure.data?.map(trace => recoloured(trace, own));
  return {
    ...data,
    [MIME]: { ...figure, ...(drawn ? { data: drawn } : {}), layout: { ...layout, template } }
  };
}

/** An object with what another has, also within the objects that both have. */
function merged(first: object | undefined, second: object): object {
  const made: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const own = made[name];
    const both = typeof own === 'object' && own !== null && typeof value === 'object';
    made[name] = both ? merged(own, value as object) : value;
  }
  return made;
}

/** Whether the page has a dark theme. */
export function isDark(): boolean {
  return document.body.dataset.jpThemeLight === 'false';
}

/** The colours of the page that a node is on. */
export function coloursOf(node: HTMLElement): Colours {
  const style = getComputedStyle(node);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour('--jp-ui-font-color1'),
    line: colour('--jp-border-color2'),
    ground: colour('--jp-layout-color1')
  };
}

/** A colour that can be seen on a dark ground: dark ones are mixed with white. */
export function lightened(colour: string): string {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) {
    return colour;
  }
  const parts = found.slice(1).map(part => parseInt(part, 16));
  const light = (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]) / 255;
  const white = light < 0.5 ? Math.min(0.5, 0.6 - light) : 0;
  return `#${parts
    .map(part => Math.round(part + (255 - part) * white))
    .map(part => part.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** A trace whose own colours are those of the template, in the ones that these became. */
function recoloured(trace: Trace, colours: Map<string, string>): Trace {
  const made: Trace = { ...trace };
  for (const part of ['marker', 'line'] as const) {
    const colour = made[part]?.color;
    const other = typeof colour === 'string' ? colours.get(colour.toLowerCase()) : undefined;
    if (other) {
      made[part] = { ...made[part], color: other };
    }
  }
  return made;
}

/** A text in lines of so many letters; one with markup stays as it is. */
function broken(text: string, letters: number): string[] {
  if (/[<&]/.test(text)) {
    return [text];
  }
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < letters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/**
 * Draw a figure with the renderer that comes with Plotly, once. By itself it draws a figure that is on the page five
 * times, and holds the page for as long: for the page, again for its size (twice), and as a picture for the notebook's
 * file (twice), which nothing keeps here. It makes no picture of a node without width.
 */
export async function drawOnce(
  renderer: IRenderMime.IRenderer,
  model: IRenderMime.IMimeModel
): Promise<void> {
  Object.defineProperty(renderer.node, 'offsetWidth', { value: 0, configurable: true });
  Object.defineProperty(renderer, 'update', { value: () => undefined, configurable: true });
  try {
    await renderer.renderModel(model);
  } finally {
    Reflect.deleteProperty(renderer, 'update');
    Reflect.deleteProperty(renderer.node, 'offsetWidth');
  }
}

/** Draw another figure with a renderer that has drawn one, in its place. */
export async function drawAgain(
  renderer: IRenderMime.IRenderer,
  model: IRenderMime.IMimeModel
): Promise<void> {
  Object.defineProperty(renderer, 'hasGraphElement', { value: () => false, configurable: true });
  try {
    await drawOnce(renderer, model);
  } finally {
    Reflect.deleteProperty(renderer, 'hasGraphElement');
  }
}

/**
 * Tell of another width of the place, once it is settled, and of a figure whose WebGL context the browser has taken for
 * others, once it is in view again.
 *
 * @param width - The place's width for which it was drawn.
 * @returns What ends it.
 */
export function watchPlace(
  renderer: IRenderMime.IRenderer,
  place: HTMLElement,
  width: number,
  resized: (width: number) => void,
  faded: () => void
): () => void {
  let timer = 0;
  const sized = new ResizeObserver(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (place.clientWidth && place.clientWidth !== width) {
        width = place.clientWidth;
        resized(width);
      }
    }, SETTLED);
  });
  sized.observe(place);
  const seen = new IntersectionObserver(entries => {
    if (entries.some(entry => entry.isIntersecting)) {
      faded();
    }
  });
  const graph = renderer.node as HTMLElement & { on?: (name: string, take: () => void) => void };
  graph.on?.('plotly_webglcontextlost', () => seen.observe(place));
  return () => {
    window.clearTimeout(timer);
    sized.disconnect();
    seen.disconnect();
  };
}
