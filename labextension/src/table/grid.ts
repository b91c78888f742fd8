import { Widget } from '@lumino/widgets';
import { download } from '../notebook';
import { count } from '../wording';
import { Rows, TableStyle } from './rows';

const ROW = 24;
const AROUND = 12;
const MOST_HEIGHT = 360;

/** What is known of a table besides its rows. */
export interface TableInfo {
  rows: number;
  sent: number;
  note: string;
  /** How it looks, where the code styled it. */
  style?: TableStyle;
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
    private _rows: Rows,
    private _info: TableInfo,
    parquet?: () => void
  ) {
    super();
    this.addClass('am-Grid');
    this._filter = document.createElement('input');
    this._filter.className = 'am-Input';
    this._filter.type = 'search';
    this._filter.placeholder = 'Filter';
    this._filter.setAttribute('aria-label', 'Filter the rows');
    this._filter.addEventListener('input', () => this._arrange());
    const bar = element('div', 'am-Grid-bar');
    bar.append(
      this._filter,
      button('Copy', () => void this._copy())
    );
    bar.append(
      button('CSV', () => download('table.csv', [this._rows.csv()], 'text/csv;charset=utf-8'))
    );
    if (parquet) {
      bar.append(button('Parquet', parquet));
    }
    this._scroller = element('div', 'am-Grid-scroller');
    this._scroller.tabIndex = 0;
    this._scroller.setAttribute('role', 'region');
    this._scroller.setAttribute('aria-label', 'Table');
    this._scroller.addEventListener('scroll', () => this._draw(), { passive: true });
    const table = element('table', 'am-Grid-table');
    table.setAttribute('aria-rowcount', String(_rows.length + 1));
    table.append(this._columnWidths(), this._head(), this._body);
    this._scroller.append(table);
    this._caption = element('div', 'am-Note');
    this._caption.setAttribute('role', 'status');
    this.node.append(bar, this._scroller, this._caption);
    this._arrange();
  }

  private _columnWidths(): HTMLElement {
    const group = element('colgroup');
    for (const position of this._rows.shown) {
      const col = element('col');
      col.style.width = `calc(${this._rows.columns[position].width}ch + 24px)`;
      group.append(col);
    }
    return group;
  }

  private _head(): HTMLElement {
    const head = element('thead');
    const row = element('tr');
    for (const position of this._rows.shown) {
      const column = this._rows.columns[position];
      const cell = element('th', column.number ? 'am-mod-number' : '');
      cell.setAttribute('scope', 'col');
      cell.append(button(column.name, () => this._sort(position)));
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
    this._rows.arrange(this._filter.value, this._column, this._descending);
    this._heads.forEach((head, index) => {
      const sorted =
        this._rows.shown[index] === this._column
          ? this._descending
            ? 'descending'
            : 'ascending'
          : 'none';
      head.setAttribute('aria-sort', sorted);
    });
    const { rows, sent, note, style } = this._info;
    const shown = this._rows.length;
    const parts = [
      style?.caption ?? '',
      `${shown === rows ? '' : `${shown.toLocaleString('en')} of `}${count(rows, 'row')}`
    ];
    parts.push(sent < rows ? `the first ${sent.toLocaleString('en')} shown here` : '', note);
    this._caption.textContent = parts.filter(Boolean).join(' · ');
    this._scroller.style.height = `${Math.min(MOST_HEIGHT, (shown + 1) * ROW + 18)}px`;
    this._scroller.scrollTop = 0;
    this._draw(true);
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
    const drawn = [spacer(first)];
    for (let index = first; index < last; index++) {
      const row = element('tr');
      row.setAttribute('aria-rowindex', String(index + 2));
      for (const position of this._rows.shown) {
        const column = this._rows.columns[position];
        const text = this._rows.cell(index, position);
        const cell = element('td', column.number ? 'am-mod-number' : '');
        cell.textContent = text === null ? '–' : text;
        if (text !== null && text.length > column.width) {
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
    await navigator.clipboard.writeText(this._rows.csv());
    this._caption.textContent = `${count(this._rows.length, 'row')} copied as CSV`;
  }

  private _filter: HTMLInputElement;
  private _scroller: HTMLElement;
  private _caption: HTMLElement;
  private _body = element('tbody');
  private _heads: HTMLElement[] = [];
  private _column = -1;
  private _descending = false;
  private _first = -1;
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
