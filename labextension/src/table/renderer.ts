import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';
import { TableInfo } from './grid';

export const TABLE_MIME = 'application/vnd.analyst-magic.table.v1+json';

/** Make the grid of an Arrow stream; what reads Arrow is fetched when the first table is shown. */
export async function makeGrid(
  bytes: Uint8Array,
  info: TableInfo,
  parquet?: () => void
): Promise<Widget> {
  const [{ Rows }, { TableGrid }] = await Promise.all([import('./rows'), import('./grid')]);
  return new TableGrid(new Rows(bytes, info.style), info, parquet);
}

/** Shows our tables in a notebook's outputs; what is no Arrow stream is shown as its text. */
class RenderedTable extends Panel implements IRenderMime.IRenderer {
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const found = model.data[TABLE_MIME] as unknown as TableInfo & { arrow: string };
    while (this.widgets.length) {
      this.widgets[0].dispose();
    }
    try {
      const bytes = Uint8Array.from(atob(String(found.arrow)), letter => letter.charCodeAt(0));
      const { rows, sent, note, style } = found;
      this.addWidget(
        await makeGrid(bytes, { rows: Number(rows), sent: Number(sent), note: String(note), style })
      );
    } catch (error) {
      const text = new Widget();
      text.node.textContent = `The table cannot be shown: ${String(error)}\n${String(model.data['text/plain'] ?? '')}`;
      text.node.style.whiteSpace = 'pre';
      this.addWidget(text);
    }
  }
}

/** Before static HTML in rank. It shows nothing but text, so it needs no trust. */
export const tableRendererFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [TABLE_MIME],
  defaultRank: 30,
  createRenderer: () => new RenderedTable()
};
