const MIME = 'application/vnd.plotly.v1+json';
const NARROW = 600;
const CLEAR = 'rgba(0,0,0,0)';

interface Font {
  color?: string;
}

interface Layout {
  title?: string | { text?: string; font?: Font };
  margin?: object;
  font?: Font;
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  template?: { data?: object; layout?: Record<string, object | undefined> };
}

interface Figure {
  layout?: Layout;
}

/** The colours of a page. */
export interface Colours {
  text: string;
  line: string;
  ground: string;
}

/** A bundle whose figure suits a narrow place: small margins, which the axes widen as they need, and a broken title. */
export function fitted(data: Record<string, unknown>, width: number): Record<string, unknown> {
  const figure = data[MIME] as Figure | undefined;
  if (!figure || width >= NARROW) {
    return data;
  }
  const layout = figure.layout ?? {};
  const given = typeof layout.title === 'string' ? { text: layout.title } : (layout.title ?? {});
  const lines = broken(given.text ?? '', Math.max(20, Math.floor(width / 7.5)));
  const title = {
    ...given,
    text: lines.join('<br>'),
    font: { ...given.font, size: 13 },
    x: 0.02,
    xanchor: 'left'
  };
  const margin = { l: 8, r: 12, b: 8, t: given.text ? 24 + 16 * lines.length : 16 };
  return { ...data, [MIME]: { ...figure, layout: { ...layout, title, margin } } };
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
  const lines = { gridcolor: line, linecolor: line, zerolinecolor: line };
  const given = layout.template?.layout ?? {};
  const axis = { ...lines, backgroundcolor: ground };
  const chosen = {
    ...given,
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    font: { ...given.font, color: text },
    xaxis: { ...given.xaxis, ...lines },
    yaxis: { ...given.yaxis, ...lines },
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
  return { ...data, [MIME]: { ...figure, layout: { ...layout, template } } };
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
