import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { download } from '../notebook';
import { FileFormat, RowsFile, TableRows, TableStyle } from './rows';
import { ColumnFormat } from './values';
import { trans } from '../translation';

const ROW = 24;
const AROUND = 12;
const MOST_HEIGHT = 400;
const SEEN_WHOLE = 20; // rows up to which nothing scrolls
const FEW = 10;
const TYPED = 200; // ms after which what is typed counts as a wish, where the kernel has the rows
const TYPES: Record<FileFormat, string> = {
  csv: 'text/csv;charset=utf-8',
  tsv: 'text/tab-separated-values',
  parquet: 'application/vnd.apache.parquet'
};

/** What is known of a table besides its rows. */
export interface TableInfo {
  rows: number;
  sent: number;
  note: string;
  /** How it looks, where the code styled it. */
  style?: TableStyle;
  /** How the numbers of each column are written. */
  formats?: (ColumnFormat | null)[];
  /** What the kernel finds the whole table by. */
  id?: string;
}

/**
 * A table that draws the rows in sight alone, so that a hundred thousand scroll as smoothly as ten.
 *
 * Cells are only ever set as text.
 */
export class TableGrid extends Widget {
  /**
   * @param rows - The rows.
   * @param info - How many there are in all.
   * @param parquet - Gives the rows as a Parquet file, where a kernel can.
   */
  constructor(
    rows: TableRows,
    private _info: TableInfo,
    parquet?: () => void
  ) {
    super();
    this._rows = this._here = rows;
    this.addClass('am-Grid');
    this._filter = document.createElement('input');
    this._filter.className = 'am-Input';
    this._filter.type = 'search';
    this._filter.placeholder = trans.__('Filter');
    this._filter.setAttribute('aria-label', trans.__('Filter the rows'));
    this._filter.addEventListener('input', () => this._typed());
    const bar = element('div', 'am-Grid-bar');
    this._saves = element('span', 'am-Grid-saves');
    bar.append(
      this._filter,
      button(trans.__('Copy'), () => void this._copy()),
      this._saves
    );
    if (parquet) {
      bar.append(button('Parquet', parquet));
    }
    this._scroller = element('div', 'am-Grid-scroller');
    this._scroller.tabIndex = 0;
    this._scroller.setAttribute('role', 'region');
    this._scroller.setAttribute('aria-label', trans.__('Table'));
    this._scroller.addEventListener('scroll', () => this._draw(), { passive: true });
    this._table = element('table', 'am-Grid-table');
    this._cols = rows.shown.map(() => element('col'));
    this._table.append(this._columnWidths(), this._head(), this._body);
    this._scroller.append(this._table);
    this._caption = element('div', 'am-Note');
    this._caption.setAttribute('role', 'status');
    this._filter.hidden = _info.rows <= FEW; // they are seen at once
    bar.hidden = _info.rows <= 1;
    this.node.append(bar, this._scroller, this._caption);
    this._offerFiles();
    this._arrange();
  }

  dispose(): void {
    this._sized?.disconnect();
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._sized ??= new ResizeObserver(this._fit);
    this._sized.observe(this._scroller);
  }

  /** Show the same table from elsewhere, as it is arranged now. */
  async take(rows: TableRows): Promise<void> {
    await rows.arrange(this._view);
    if (!this.isDisposed) {
      this._rows = rows;
      this._offerFiles();
      this._shown();
    }
  }

  private get _view() {
    return {
      words: trans.typed(this._filter.value),
      column: this._column,
      descending: this._descending
    };
  }

  private _offerFiles(): void {
    const names = { csv: 'CSV', tsv: trans.__('Text'), parquet: 'Parquet' };
    this._saves.replaceChildren(
      ...this._rows.formats.map(format => button(names[format], () => void this._save(format)))
    );
  }

  private _typed(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._arrange(), this._rows.length > 5000 ? TYPED : 0);
  }

  private _columnWidths(): HTMLElement {
    const group = element('colgroup');
    const numbers = element('col');
    numbers.style.width = `calc(${trans.number(this._info.rows).length}ch + 20px)`;
    group.append(numbers, ...this._cols);
    this._widen('width');
    return group;
  }

  private _widen(which: 'width' | 'narrow'): void {
    this._cols.forEach((col, index) => {
      const column = this._rows.columns[this._rows.shown[index]];
      col.style.width = `calc(${column[which]}ch + 24px)`;
    });
  }

  /** Cut names off in a narrow place, where all columns are in sight then. */
  private _fit = (): void => {
    const isCut = () => this._table.offsetWidth > this._scroller.clientWidth;
    this._widen('width');
    if (isCut()) {
      this._widen('narrow');
      if (isCut()) {
        this._widen('width');
      }
    }
  };

  private _head(): HTMLElement {
    const head = element('thead');
    const row = element('tr');
    const corner = element('td', 'am-mod-place');
    corner.setAttribute('aria-label', trans.__('Row'));
    row.append(corner);
    for (const position of this._rows.shown) {
      const column = this._rows.columns[position];
      const cell = element('th', column.number ? 'am-mod-number' : '');
      cell.setAttribute('scope', 'col');
      const name = button(column.name, () => this._sort(position));
      name.title = column.name;
      cell.append(name);
      this._heads.push(cell);
      row.append(cell);
    }
    head.append(row);
    return head;
  }

  /** Up, down, and back to the order in which the rows came. */
  private _sort(column: number): void {
    if (this._column !== column) {
      this._column = column;
      this._descending = false;
    } else if (!this._descending) {
      this._descending = true;
    } else {
      this._column = -1;
    }
    this._arrange();
  }

  private _arrange(): void {
    const arranged = this._rows.arrange(this._view);
    if (!arranged) {
      this._shown();
      return;
    }
    this._caption.textContent = trans.__('looking through all rows …');
    const asked = ++this._asked;
    arranged.then(
      () => asked === this._asked && this._shown(),
      (error: Error) => asked === this._asked && this._fail(error)
    );
  }

  /** Show what a view has. */
  private _shown(): void {
    this._heads.forEach((head, index) => {
      const sorted =
        this._rows.shown[index] === this._column
          ? this._descending
            ? 'descending'
            : 'ascending'
          : 'none';
      head.setAttribute('aria-sort', sorted);
    });
    this._table.setAttribute('aria-rowcount', String(this._rows.length + 1));
    this._caption.textContent = this._extent();
    const scrolls = this._info.rows > SEEN_WHOLE;
    this._scroller.style.maxHeight = scrolls ? `${MOST_HEIGHT}px` : ''; // and else as high as its rows
    this._scroller.scrollTop = 0;
    this._draw(true);
  }

  /** How many rows there are and are shown, and of what the filter, the order and the files speak. */
  private _extent(): string {
    const { rows, sent, note, style } = this._info;
    const shown = this._rows.length;
    const columns = this._rows.shown.length;
    const parts = [style?.caption ?? ''];
    if (this._rows.whole || sent === rows) {
      parts.push(
        shown === rows
          ? trans._n('%1 row', '%1 rows', rows)
          : trans._n('%2 of %1 row', '%2 of %1 rows', rows, trans.number(shown))
      );
    } else {
      const rerun = trans.__('run the cell again to sort, filter and save all of them');
      const [here, all] = [trans.number(sent), trans.number(rows)];
      const extent =
        shown === sent
          ? trans.__('the first %1 of %2 rows', here, all)
          : trans.__('%1 of the first %2 rows; the table has %3', trans.number(shown), here, all);
      parts.push(`${extent}: ${rerun}`);
    }
    parts.push(columns > 8 ? trans._n('%1 column', '%1 columns', columns) : '', note);
    return parts.filter(Boolean).join(' · ');
  }

  /** Without the kernel, there are the rows that the notebook has. */
  private _fail(error: Error): void {
    if (this._rows === this._here) {
      this._caption.textContent = error.message;
      return;
    }
    this._rows = this._here;
    this._offerFiles();
    this._arrange();
  }

  /** Make the rows in sight, and two empty ones as high as what is above and below them. */
  private _draw(anew = false): void {
    const inSight = Math.ceil(MOST_HEIGHT / ROW) + 2 * AROUND;
    const first = Math.max(0, Math.floor(this._scroller.scrollTop / ROW) - AROUND);
    const last = Math.min(this._rows.length, first + inSight);
    if (!anew && first === this._first) {
      return;
    }
    this._first = first;
    const coming = this._rows.need(first, last);
    const asked = this._asked;
    coming?.then(
      () => asked === this._asked && !this.isDisposed && this._draw(true),
      (error: Error) => this._fail(error)
    );
    const drawn = [spacer(first)];
    for (let index = first; index < last; index++) {
      const row = element('tr');
      row.setAttribute('aria-rowindex', String(index + 2));
      const place = element('td', 'am-mod-place');
      place.textContent = trans.number(index + 1);
      row.append(place);
      for (const position of this._rows.shown) {
        const column = this._rows.columns[position];
        const text = this._rows.cell(index, position);
        const cell = element('td', column.number ? 'am-mod-number' : '');
        cell.dir = 'auto';
        cell.textContent = text === null ? '–' : (text ?? '…');
        if (text && text.length > column.width) {
          cell.title = text.slice(0, 500);
        }
        const look = this._rows.look(index, position);
        if (look) {
          cell.style.color = look.color;
          cell.style.backgroundColor = look.background;
          cell.style.fontWeight = look.bold ? 'bold' : '';
          cell.style.fontStyle = look.italic ? 'italic' : '';
        }
        row.append(cell);
      }
      drawn.push(row);
    }
    drawn.push(spacer(this._rows.length - last));
    this._body.replaceChildren(...drawn);
  }

  private async _copy(): Promise<void> {
    try {
      const { bytes, rows } = await this._rows.file('tsv');
      await navigator.clipboard.writeText(await new Blob([bytes]).text());
      this._caption.textContent = trans._n(
        '%1 row copied, to be pasted into a spreadsheet',
        '%1 rows copied, to be pasted into a spreadsheet',
        rows
      );
    } catch (error) {
      this._caption.textContent = (error as Error).message;
    }
  }

  private async _save(format: FileFormat): Promise<void> {
    try {
      const file: RowsFile = await this._rows.file(format);
      download(file.name, [file.bytes], TYPES[format]);
      const { rows, name: to } = file;
      this._caption.textContent =
        rows === this._info.rows
          ? trans._n('the %1 row saved as %2', 'all %1 rows saved as %2', rows, to)
          : trans._n('%1 row saved as %2', '%1 rows saved as %2', rows, to);
    } catch (error) {
      this._caption.textContent = (error as Error).message;
    }
  }

  private _rows: TableRows;
  private _here: TableRows;
  private _filter: HTMLInputElement;
  private _saves: HTMLElement;
  private _table: HTMLElement;
  private _scroller: HTMLElement;
  private _caption: HTMLElement;
  private _body = element('tbody');
  private _heads: HTMLElement[] = [];
  private _cols: HTMLElement[];
  private _sized: ResizeObserver | null = null;
  private _column = -1;
  private _descending = false;
  private _first = -1;
  private _asked = 0;
  private _timer = 0;
}

function element(tag: string, name = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

function button(text: string, pressed: () => void): HTMLElement {
  const made = element('button', 'am-Button');
  made.textContent = text;
  made.addEventListener('click', pressed);
  return made;
}

function spacer(rows: number): HTMLElement {
  const row = element('tr', 'am-Grid-spacer');
  row.setAttribute('aria-hidden', 'true');
  row.style.height = `${rows * ROW}px`;
  return row;
}
