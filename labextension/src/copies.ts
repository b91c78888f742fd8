/** Puts the first table of a node on the clipboard, tab-separated, as a spreadsheet takes it. */
export async function copyTable(node: HTMLElement): Promise<void> {
  const table = node.querySelector<HTMLTableElement>('.jp-RenderedHTML table');
  const rows = Array.from(table?.rows ?? []).map(row =>
    Array.from(row.cells)
      .map(cell => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())
      .join('\t')
  );
  await navigator.clipboard.writeText(rows.join('\n'));
}

/** Puts the first figure of a node on the clipboard as a picture, in twice its size. */
export async function copyFigure(node: HTMLElement): Promise<void> {
  const plot = node.querySelector<HTMLElement>('.am-CellFigure .js-plotly-plot');
  if (!plot) {
    throw new Error('There is no figure.');
  }
  const { width, height } = plot.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const context = canvas.getContext('2d')!;
  context.scale(2, 2);
  context.fillStyle =
    getComputedStyle(document.body).getPropertyValue('--jp-layout-color0') || 'white';
  context.fillRect(0, 0, width, height);
  for (const svg of plot.querySelectorAll<SVGSVGElement>('svg.main-svg')) {
    context.drawImage(await pictured(svg), 0, 0, width, height);
  }
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob! })]);
}

async function pictured(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  const text = new XMLSerializer().serializeToString(svg);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return image;
}
