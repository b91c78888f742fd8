/** How the numbers or times of a column are written; the kernel looked at all of them. */
import { trans } from '../translation';
export interface ColumnFormat {
  kind: 'number' | 'percent' | 'date' | 'month' | 'year' | 'moment' | 'time';
  /** Digits after the point; of times those of their seconds, -1 where they have no seconds. */
  decimals: number;
  /** Whether thousands are set apart. */
  grouped: boolean;
  /** Whether some value has more digits than are shown. */
  rounded: boolean;
  /** The signs of a currency and of per cent. */
  before: string;
  after: string;
}

/** A number with the decimals of its column, unless these would hide what it is. */
export function numberText(value: number | bigint | string, format: ColumnFormat): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  }
  const written = digits(value, format.kind === 'percent');
  const negative = written.startsWith('-');
  const size = negative ? written.slice(1) : written;
  const text = trans.numeral(sized(size, format));
  return `${negative ? '-' : ''}${format.before}${text}${format.after}`;
}

/** All the digits of a number, of a float those that are sure: `20469.98`, `1e+21`. */
function digits(value: number | bigint | string, percent: boolean): string {
  if (typeof value !== 'number') {
    return String(value);
  }
  const sure = Number.isInteger(value) ? value : Number(value.toPrecision(15));
  return String(percent ? Number((sure * 100).toPrecision(15)) : sure);
}

function sized(size: string, { decimals, grouped, rounded }: ColumnFormat): string {
  const number = Number(size);
  if (number !== 0 && (number >= 1e21 || number < 1e-9)) {
    return String(number);
  }
  const text = fixed(size, decimals, grouped);
  const shown = text.replace(/,/g, '');
  if (Number(shown) === number) {
    return text;
  }
  const places =
    (/e-/.test(size) ? number.toFixed(20).replace(/0+$/, '') : size).split('.')[1]?.length ?? 0;
  if (!rounded) {
    return fixed(size, places, grouped);
  }
  const lost = Math.abs(Number(shown) - number);
  const first = Math.floor(Math.log10(number));
  return lost > number / 100 ? fixed(size, Math.min(places, 2 - first), grouped) : text;
}

/** With so many decimals; a half goes to the even digit, as in Python. */
function fixed(size: string, decimals: number, grouped: boolean): string {
  // A text keeps digits that no number of the page has.
  return writer(decimals, grouped).format(size as unknown as number);
}

const writers = new Map<string, Intl.NumberFormat>();

/** Made once for all cells that are written alike: to make one takes longer than to write a hundred numbers. */
function writer(decimals: number, grouped: boolean): Intl.NumberFormat {
  const key = `${decimals} ${grouped}`;
  let found = writers.get(key);
  if (!found) {
    const options = {
      useGrouping: grouped,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      roundingMode: 'halfEven'
    } as Intl.NumberFormatOptions;
    found = new Intl.NumberFormat('en', options);
    writers.set(key, found);
  }
  return found;
}

/** A moment in ISO 8601 at the clock of its zone; a day, a month or a year where all of a column are. */
export function momentText(time: number, { kind, decimals }: ColumnFormat, zone: string): string {
  const offset = zone ? minutesOf(zone, time) : 0;
  const local = new Date(time + offset * 60_000);
  if (Number.isNaN(local.getTime())) {
    return String(time);
  }
  const day = local.toISOString().split('T')[0];
  if (kind === 'year') {
    return day.slice(0, -6);
  }
  if (kind === 'month') {
    return trans.month(local);
  }
  const shown = trans.day(local, day);
  return kind === 'date'
    ? shown
    : `${shown} ${clockText(time + offset * 60_000, decimals)}${zone ? signed(offset) : ''}`;
}

/** A time of day, in milliseconds, with so many digits of its seconds; without seconds where that is -1. */
export function clockText(time: number, decimals: number): string {
  const clock = new Date(Math.floor(time)).toISOString().slice(11, 19);
  const second = time - Math.floor(time / 1000) * 1000;
  const fraction = String(Math.floor(second * 1000 + 0.5)).padStart(6, '0');
  const seconds = decimals > 0 ? `${clock}.${fraction.slice(0, decimals)}` : clock;
  return decimals < 0 ? clock.slice(0, 5) : seconds;
}

/** How many minutes the clock of a zone is ahead at a moment. */
function minutesOf(zone: string, time: number): number {
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  try {
    const name = fixed
      ? ''
      : (new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
          .formatToParts(time)
          .find(part => part.type === 'timeZoneName')?.value ?? '');
    const found = fixed ?? /([+-])(\d\d):(\d\d)/.exec(name);
    return found ? (found[1] === '-' ? -1 : 1) * (60 * Number(found[2]) + Number(found[3])) : 0;
  } catch {
    return 0; // a zone that this page does not know: the time is in UTC
  }
}

function signed(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
