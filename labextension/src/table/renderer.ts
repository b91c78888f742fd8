import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Kernel } from '@jupyterlab/services';
import { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { TableGrid, TableInfo } from './grid';
import { trans } from '../translation';

export const TABLE_MIME = 'application/vnd.analyst-magic.table.v1+json';

/** Make the grid of an Arrow stream; what reads Arrow is fetched when the first table is shown. */
export async function makeGrid(
  bytes: Uint8Array,
  info: TableInfo,
  parquet?: () => void
): Promise<Widget> {
  const [{ Rows }, { TableGrid }] = await Promise.all([import('./rows'), import('./grid')]);
  const rows = new Rows(bytes, info.style, info.formats, info.sent >= info.rows);
  return new TableGrid(rows, info, parquet);
}

/** Give a grid all rows, where the kernel has them. */
async function connect(
  grid: TableGrid,
  bytes: Uint8Array,
  info: TableInfo,
  kernel: Kernel.IKernelConnection
): Promise<void> {
  const [{ Rows }, { WholeRows }, { askTables }] = await Promise.all([
    import('./rows'),
    import('./whole'),
    import('./kernel')
  ]);
  const id = info.id!;
  const ask = askTables(kernel);
  const { value } = await ask({ type: 'known', id });
  if (value.known) {
    const make = (bytes: Uint8Array, places?: number[]) =>
      new Rows(bytes, info.style, info.formats, true, places);
    await grid.take(new WholeRows(make(bytes), info.rows, id, ask, make));
  }
}

/** Finds the kernel of the notebook that a node is in; null where it has none. */
export type FindKernel = (node: Node) => Kernel.IKernelConnection | null;

/** Shows our tables in a notebook's outputs; what is no Arrow stream is shown as its text. */
class RenderedTable extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly _find: FindKernel) {
    super();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const found = model.data[TABLE_MIME] as unknown as TableInfo & { arrow: string };
    while (this.widgets.length) {
      this.widgets[0].dispose();
    }
    try {
      const bytes = Uint8Array.from(atob(String(found.arrow)), letter => letter.charCodeAt(0));
      const { rows, sent, note, style, formats, id } = found;
      const info = { rows: Number(rows), sent: Number(sent), note: String(note), style, formats };
      const grid = (await makeGrid(bytes, info)) as TableGrid;
      this.addWidget(grid);
      this._connect = kernel => void connect(grid, bytes, { ...info, id }, kernel).catch(() => {});
      this._connectOnce(id);
    } catch (error) {
      const text = new Widget();
      text.node.textContent = `${trans.__('The table cannot be shown: %1', String(error))}\n${String(model.data['text/plain'] ?? '')}`;
      text.node.style.whiteSpace = 'pre';
      this.addWidget(text);
    }
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._connectOnce('attached');
  }

  /** Once the grid is there and on the page, where its kernel is known. */
  private _connectOnce(id: string | undefined): void {
    const kernel = id && this.isAttached ? this._find(this.node) : null;
    if (kernel && this._connect) {
      this._connect(kernel);
      this._connect = null;
    }
  }

  private _connect: ((kernel: Kernel.IKernelConnection) => void) | null = null;
}

/** Before static HTML in rank. It shows nothing but text, so it needs no trust. */
export function tableRendererFactory(find: FindKernel): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [TABLE_MIME],
    defaultRank: 30,
    createRenderer: () => new RenderedTable(find)
  };
}
