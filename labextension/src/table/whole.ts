import { AskTable } from './kernel';
import { CellStyle, ColumnInfo, FileFormat, Rows, RowsFile, TableRows, View } from './rows';

const PAGE = 200;
const MOST_PAGES = 50;

/** The rows of a table that the kernel keeps whole: it sorts, filters and saves them, and gives those in sight. */
export class WholeRows implements TableRows {
  /**
   * @param _id - What the kernel finds the table by.
   * @param rows - How many rows the kernel has.
   * @param _make - Makes rows of an Arrow stream, with the place of each in the table.
   */
  constructor(
    first: Rows,
    rows: number,
    private _id: string,
    private _ask: AskTable,
    private _make: (bytes: Uint8Array, places: number[]) => Rows
  ) {
    this.columns = first.columns;
    this.shown = first.shown;
    this.length = rows;
  }

  readonly columns: ColumnInfo[];
  readonly shown: number[];
  readonly whole = true;
  readonly formats: FileFormat[] = ['csv', 'parquet'];
  length: number;

  cell(row: number, column: number): string | null | undefined {
    const page = this._pages.get(Math.floor(row / PAGE));
    return page ? page.cell(row % PAGE, column) : undefined;
  }

  look(row: number, column: number): CellStyle | undefined {
    return this._pages.get(Math.floor(row / PAGE))?.look(row % PAGE, column);
  }

  /** The rows of the last view stay until those of the new one are here; an older answer changes nothing. */
  async arrange(view: View): Promise<void> {
    const asked = ++this._asked;
    const { value, bytes } = await this._window(view, 0);
    if (asked === this._asked) {
      this._view = view;
      this._pages = new Map([[0, this._make(bytes, value.at as number[])]]);
      this._coming.clear();
      this.length = Number(value.length);
    }
  }

  need(first: number, last: number): Promise<void> | null {
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) {
      if (!this._pages.has(page)) {
        wanted.push(this._bring(page));
      }
    }
    return wanted.length ? Promise.all(wanted).then(() => undefined) : null;
  }

  async file(format: FileFormat): Promise<RowsFile> {
    const { value, bytes } = await this._ask({ type: 'file', id: this._id, format, ...this._view });
    return { name: String(value.name), rows: Number(value.rows), bytes: bytes as BlobPart };
  }

  private _bring(page: number): Promise<void> {
    const coming = this._coming.get(page) ?? this._fetch(page, this._view);
    this._coming.set(page, coming);
    return coming;
  }

  private async _fetch(page: number, view: View): Promise<void> {
    const { value, bytes } = await this._window(view, page * PAGE);
    if (view === this._view) {
      this._coming.delete(page);
      this._pages.set(page, this._make(bytes, value.at as number[]));
      if (this._pages.size > MOST_PAGES) {
        this._pages.delete(this._pages.keys().next().value!);
      }
    }
  }

  private _window(view: View, start: number): ReturnType<AskTable> {
    return this._ask({ type: 'window', id: this._id, start, rows: PAGE, ...view });
  }

  private _view: View = { words: '', column: -1, descending: false };
  private _pages = new Map<number, Rows>();
  private _coming = new Map<number, Promise<void>>();
  private _asked = 0;
}
