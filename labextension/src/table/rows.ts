import { DataType, Table, tableFromIPC, Vector } from 'apache-arrow';

/** One column as the grid needs it. */
export interface ColumnInfo {
  name: string;
  /** Whether it is shown to the right. */
  number: boolean;
  /** The width of its widest text among the first rows, in characters. */
  width: number;
}

/** How one cell looks. */
export interface CellStyle {
  color: string;
  background: string;
  bold: boolean;
  italic: boolean;
}

/** How a table looks, where the code styled it; columns are counted as the stream has them. */
export interface TableStyle {
  styles: CellStyle[];
  /** By column, the number of each cell's look from the first row on. */
  cells: number[][];
  /** By column, the text of each cell; null where it is that of its value. */
  texts: (string | null)[][];
  hidden: number[];
  caption: string;
}

const SAMPLE = 200;
const WIDEST = 40;

/** The rows of an Arrow stream, in the order and the selection that the reader asks for. */
export class Rows {
  /**
   * @param bytes - The stream.
   * @param style - How the rows look; what is written as CSV are their values.
   */
  constructor(
    bytes: Uint8Array,
    private _style?: TableStyle
  ) {
    this._table = tableFromIPC(bytes);
    this.columns = this._table.schema.fields.map((field, index) => {
      let width = field.name.length + 2;
      for (let row = 0; row < Math.min(SAMPLE, this._table.numRows); row++) {
        width = Math.max(width, this._text(row, index).length);
      }
      const number = DataType.isInt(field.type) || DataType.isFloat(field.type);
      return { name: field.name, number, width: Math.min(width, WIDEST) };
    });
    this.shown = this.columns
      .map((_, index) => index)
      .filter(index => !this._style?.hidden.includes(index));
    this._order = Uint32Array.from({ length: this._table.numRows }, (_, index) => index);
  }

  readonly columns: ColumnInfo[];

  /** The positions of the columns that are not hidden. */
  readonly shown: number[];

  /** Rows that are shown. */
  get length(): number {
    return this._order.length;
  }

  /** A cell's text; null for a missing value. */
  cell(row: number, column: number): string | null {
    const at = this._order[row];
    return (
      this._chosen(at, column) ?? (this._value(at, column) === null ? null : this._text(at, column))
    );
  }

  /** How a cell looks; undefined where it has no look of its own. */
  look(row: number, column: number): CellStyle | undefined {
    const number = this._style?.cells[column]?.[this._order[row]];
    return number ? this._style?.styles[number] : undefined;
  }

  /**
   * Show the rows that have some text, in the order of one column.
   *
   * @param words - What one of a row's cells has to hold, whatever the case of its letters.
   * @param column - The column to sort by; -1 for the order in which they came. Missing values come last.
   */
  arrange(words: string, column: number, descending: boolean): void {
    const wanted = words.trim().toLowerCase();
    const found: number[] = [];
    for (let row = 0; row < this._table.numRows; row++) {
      if (
        !wanted ||
        this.shown.some(index => this._text(row, index).toLowerCase().includes(wanted))
      ) {
        found.push(row);
      }
    }
    if (column >= 0) {
      const vector = this._vector(column);
      const keys = new Map(found.map(row => [row, sortable(vector.get(row))]));
      const sign = descending ? -1 : 1;
      found.sort((a, b) => compare(keys.get(a)!, keys.get(b)!, sign) || a - b);
    }
    this._order = Uint32Array.from(found);
  }

  /** The rows that are shown, as CSV. A text that a spreadsheet would take for a formula is marked as text. */
  csv(): string {
    const lines = [this.columns.map(column => quoted(column.name, true)).join(',')];
    for (const row of this._order) {
      lines.push(
        this.columns
          .map((column, index) =>
            this._value(row, index) === null ? '' : quoted(this._raw(row, index), !column.number)
          )
          .join(',')
      );
    }
    return `${lines.join('\r\n')}\r\n`;
  }

  private _vector(column: number): Vector {
    return this._table.getChildAt(column)!;
  }

  private _value(row: number, column: number): unknown {
    return this._vector(column).get(row) ?? null;
  }

  /** The text of a value, in full. */
  private _raw(row: number, column: number): string {
    const value = this._value(row, column);
    const type = this._table.schema.fields[column].type;
    if (value !== null && (DataType.isTimestamp(type) || DataType.isDate(type))) {
      const text = new Date(Number(value)).toISOString();
      return DataType.isDate(type)
        ? text.slice(0, 10)
        : text.replace('T', ' ').replace(/(:00)?\.000Z$|Z$/, '');
    }
    return value === null ? '' : String(value);
  }

  /** The text that the code chose for a cell. */
  private _chosen(row: number, column: number): string | null {
    return this._style?.texts[column]?.[row] ?? null;
  }

  /** The text of a value as it is shown. */
  private _text(row: number, column: number): string {
    const chosen = this._chosen(row, column);
    if (chosen !== null) {
      return chosen;
    }
    const value = this._value(row, column);
    if (typeof value === 'number' && !Number.isInteger(value) && this.isFloat(column)) {
      const rounded =
        Math.abs(value) >= 0.001 ? Number(value.toFixed(4)) : Number(value.toPrecision(4));
      return String(rounded);
    }
    return this._raw(row, column);
  }

  private isFloat(column: number): boolean {
    return DataType.isFloat(this._table.schema.fields[column].type);
  }

  private _table: Table;
  private _order: Uint32Array;
}

type Key = number | bigint | string | null;

function sortable(value: unknown): Key {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) {
    return null;
  }
  return typeof value === 'number' || typeof value === 'bigint' ? value : String(value);
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? 1 : -1;
  }
  return a < b ? -sign : a > b ? sign : 0;
}

function quoted(text: string, plain: boolean): string {
  const marked = plain && /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(marked) ? `"${marked.replace(/"/g, '""')}"` : marked;
}
