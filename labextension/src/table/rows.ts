import { DataType, Table, tableFromIPC, Vector } from 'apache-arrow';

import { clockText, ColumnFormat, momentText, numberText } from './values';

/** One column as the grid needs it. */
export interface ColumnInfo {
  name: string;
  /** Whether it is shown to the right. */
  number: boolean;
  /** The width of its widest text among the first rows, and of its name, in characters. */
  width: number;
  /** The same without its name. */
  narrow: number;
}

/** What a reader asks of the rows. */
export interface View {
  /** What one of a row's cells has to hold, whatever the case of its letters. */
  words: string;
  /** The column to sort by; -1 for the order in which the rows came. Missing values come last. */
  column: number;
  descending: boolean;
}

/** A file of rows. */
export interface RowsFile {
  name: string;
  rows: number;
  bytes: BlobPart;
}

export type FileFormat = 'csv' | 'tsv' | 'parquet';

/** Rows that can be arranged, wherever they are. */
export interface TableRows {
  readonly columns: ColumnInfo[];
  /** The positions of the columns that are not hidden. */
  readonly shown: number[];
  /** Rows that are shown. */
  readonly length: number;
  /** Whether these are all rows of the table, so that counts and files speak of the whole. */
  readonly whole: boolean;
  /** The files that the rows can be saved as. */
  readonly formats: FileFormat[];
  /** A cell's text; null for a missing value, undefined for one that is not here yet. */
  cell(row: number, column: number): string | null | undefined;
  /** How a cell looks; undefined where it has no look of its own. */
  look(row: number, column: number): CellStyle | undefined;
  /** Show the rows of a view. What they are is known at once, or when the promise resolves. */
  arrange(view: View): Promise<void> | void;
  /** Bring rows here; null where they are here. */
  need(first: number, last: number): Promise<void> | null;
  /** The rows of the view as a file. */
  file(format: FileFormat): Promise<RowsFile> | RowsFile;
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
const LONG_NAME = 14;
const SHORT_NAME = 4;
const WIDEST = 40;

/** The rows of an Arrow stream, in the order and the selection that the reader asks for. */
export class Rows implements TableRows {
  /**
   * @param bytes - The stream.
   * @param style - How the rows look; what is written as CSV are their values.
   * @param numbers - How the numbers of each column are written.
   * @param whole - Whether these are all rows of the table.
   * @param places - The place of each row in the table, where that is not its place here.
   */
  constructor(
    bytes: Uint8Array,
    private _style?: TableStyle,
    private _numbers: (ColumnFormat | null)[] = [],
    readonly whole = true,
    private _places?: number[]
  ) {
    this._table = tableFromIPC(bytes);
    this.columns = this._table.schema.fields.map((field, index) => {
      let values = SHORT_NAME;
      for (let row = 0; row < Math.min(SAMPLE, this._table.numRows); row++) {
        values = Math.max(values, this._text(row, index).length);
      }
      const width = Math.max(values, Math.min(field.name.length + 2, LONG_NAME)); // a longer name is in its title
      const kind = this._numbers[index]?.kind;
      const plain = DataType.isInt(field.type) || DataType.isFloat(field.type);
      const number = kind === 'number' || kind === 'percent' || plain;
      const [wide, narrow] = [width, values].map(letters => Math.min(letters, WIDEST));
      return { name: field.name, number, width: wide, narrow };
    });
    this.shown = this.columns
      .map((_, index) => index)
      .filter(index => !this._style?.hidden.includes(index));
    this._order = Uint32Array.from({ length: this._table.numRows }, (_, index) => index);
  }

  readonly columns: ColumnInfo[];
  readonly shown: number[];
  readonly formats: FileFormat[] = ['csv'];

  get length(): number {
    return this._order.length;
  }

  cell(row: number, column: number): string | null {
    const at = this._order[row];
    return (
      this._chosen(at, column) ?? (this._value(at, column) === null ? null : this._text(at, column))
    );
  }

  look(row: number, column: number): CellStyle | undefined {
    const number = this._style?.cells[column]?.[this._place(this._order[row])];
    return number ? this._style?.styles[number] : undefined;
  }

  arrange({ words, column, descending }: View): void {
    const wanted = words.trim().toLowerCase();
    const digits = /^[-+\d,]*\.?\d*$/.test(wanted) ? wanted.replace(/,/g, '') : '';
    const holds = (row: number, index: number): boolean =>
      this._text(row, index).toLowerCase().includes(wanted) ||
      (digits !== '' && this.columns[index].number && this._raw(row, index).includes(digits));
    const found: number[] = [];
    for (let row = 0; row < this._table.numRows; row++) {
      if (!wanted || this.shown.some(index => holds(row, index))) {
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

  need(): null {
    return null;
  }

  file(format: FileFormat): RowsFile {
    const name = this.whole ? 'table.csv' : `table-first-${this._table.numRows}-rows.csv`;
    const bytes = format === 'tsv' ? this._lines('\t', unbroken) : this.csv();
    return { name, rows: this.length, bytes };
  }

  /** The rows that are shown, as CSV. A text that a spreadsheet would take for a formula is marked as text. */
  csv(): string {
    return this._lines(',', quoted);
  }

  /** The rows that are shown, one a line. */
  private _lines(separator: string, written: (text: string) => string): string {
    const lines = [this.columns.map(column => written(marked(column.name))).join(separator)];
    for (const row of this._order) {
      const texts = this.columns.map((column, index) => {
        const text = this._value(row, index) === null ? '' : this._raw(row, index);
        return written(column.number ? text : marked(text));
      });
      lines.push(texts.join(separator));
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

  private _place(row: number): number {
    return this._places ? this._places[row] : row;
  }

  /** The text that the code chose for a cell. */
  private _chosen(row: number, column: number): string | null {
    return this._style?.texts[column]?.[this._place(row)] ?? null;
  }

  /** The text of a value as it is shown. */
  private _text(row: number, column: number): string {
    const chosen = this._chosen(row, column);
    if (chosen !== null) {
      return chosen;
    }
    const value = this._value(row, column);
    const format = this._numbers[column];
    if (format?.kind === 'number' || format?.kind === 'percent') {
      return numberText(value as number | bigint | string, format);
    }
    const type = this._table.schema.fields[column].type;
    if (format && value !== null && (DataType.isTimestamp(type) || DataType.isDate(type))) {
      return momentText(
        Number(value),
        format,
        DataType.isTimestamp(type) ? (type.timezone ?? '') : ''
      );
    }
    if (format && DataType.isTime(type)) {
      return clockText(Number(value) / 10 ** (3 * type.unit - 3), format.decimals);
    }
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

/** A text that a spreadsheet takes for text. */
function marked(text: string): string {
  return /^[=+@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function unbroken(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ');
}
