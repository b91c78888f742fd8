import { Shown } from './turns';
import { trans } from './translation';

/** Put a table on the clipboard, as spreadsheets take it: tabs between the cells. */
export async function copyTable(result: Shown): Promise<void> {
  const { buffer, byteOffset, byteLength } = result.buffer!;
  const { Rows } = await import('./table/rows');
  const rows = new Rows(new Uint8Array(buffer, byteOffset, byteLength), result.table?.style);
  const lines = [rows.shown.map(column => inCell(rows.columns[column].name))];
  for (let row = 0; row < rows.length; row++) {
    lines.push(rows.shown.map(column => inCell(rows.cell(row, column) ?? '')));
  }
  await navigator.clipboard.writeText(lines.map(cells => cells.join('\t')).join('\n'));
}

/** A text in one cell: what would begin another is a blank, and nothing is a formula. */
export function inCell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=+@]|^-(?![\d.])/.test(flat) ? `'${flat}` : flat;
}

/** Put the figure of an answer on the clipboard as a picture. */
export async function copyPicture(turn: HTMLElement): Promise<void> {
  const figure = turn.querySelector<HTMLElement>('.js-plotly-plot');
  if (!figure) {
    throw new Error(trans.__('The figure is not drawn yet.'));
  }
  // Given the promise, a browser that wants the click for it lets us take the time.
  const picture = import('./picture').then(({ pictureOf }) => pictureOf(figure));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}
