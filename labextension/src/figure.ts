const MIME = 'application/vnd.plotly.v1+json';
const NARROW = 600;

interface Figure {
  layout?: { title?: string | { text?: string; font?: object }; margin?: object };
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
