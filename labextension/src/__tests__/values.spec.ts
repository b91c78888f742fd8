import { readFileSync } from 'fs';
import { resolve } from 'path';
import { clockText, ColumnFormat, momentText, numberText } from '../table/values';

interface Column {
  label: string;
  values: number[];
  format: ColumnFormat;
  texts: string[];
}

const file = resolve(__dirname, '../../../tests/contract/shown_values.json');
const columns = JSON.parse(readFileSync(file, 'utf-8')) as Column[];

describe('values of a column', () => {
  it.each(columns)('are shown as the kernel shows them: $label', ({ values, format, texts }) => {
    expect(values.map(value => numberText(value, format))).toEqual(texts);
  });

  it('keep the digits of decimals and of whole numbers beyond those that a page has', () => {
    const format: ColumnFormat = {
      kind: 'number',
      decimals: 2,
      grouped: true,
      rounded: false,
      before: '€',
      after: ''
    };
    expect(numberText('-12345678901234567890.5', format)).toBe('-€12,345,678,901,234,567,890.50');
    expect(numberText(BigInt('9007199254740993'), { ...format, decimals: 0 })).toBe(
      '€9,007,199,254,740,993'
    );
    expect([NaN, Infinity, -Infinity].map(value => numberText(value, format))).toEqual([
      'NaN',
      '∞',
      '-∞'
    ]);
  });

  it('are moments at the clock of their zone, and days where all are midnight', () => {
    const moment: ColumnFormat = {
      kind: 'moment',
      decimals: -1,
      grouped: false,
      rounded: false,
      before: '',
      after: ''
    };
    const time = Date.UTC(2024, 7, 12, 9, 30, 5, 250);
    expect(momentText(time, { ...moment, kind: 'date' }, '')).toBe('2024-08-12');
    expect(momentText(time, { ...moment, kind: 'month' }, '')).toBe('Aug 2024');
    expect(momentText(time, { ...moment, kind: 'year' }, '')).toBe('2024');
    expect(momentText(time, moment, 'Europe/Berlin')).toBe('2024-08-12 11:30+02:00');
    expect(momentText(time, { ...moment, decimals: 0 }, '-05:30')).toBe(
      '2024-08-12 04:00:05-05:30'
    );
    expect(momentText(time, { ...moment, decimals: 3 }, '')).toBe('2024-08-12 09:30:05.250');
    expect(clockText(34_205_250.5, 6)).toBe('09:30:05.250500');
  });
});
