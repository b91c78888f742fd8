import { ServerConnection } from '@jupyterlab/services';
import { Gettext, ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { get } from './request';

/** Our domain, in JupyterLab's language packs as in our own catalogues. */
export const DOMAIN = 'analyst_magic';
const ENGLISH = 'en';
const AUTO = 'auto';

/** A catalogue as the server gives it: the language's rule for plurals, and all forms of each text. */
export interface Catalogue {
  language: string;
  pluralForms: string;
  messages: Record<string, string[]>;
}

/** How a language writes numbers and days. */
interface Conventions {
  thousands: string;
  point: string;
}

/**
 * The texts of the panel in the language in force, and the only owner of it. A text of JupyterLab's language pack comes
 * first, where the panel has JupyterLab's language and a pack has our domain; then our own catalogue, which the server
 * has; then English. The catalogue is fetched once a language is known that is not English.
 */
export class Translation {
  /** The language in force, such as `de`. */
  get language(): string {
    return this._language;
  }

  /** A text, with `%1` and so on replaced. */
  __(text: string, ...args: (string | number)[]): string {
    const words = args.map(String);
    const pack = this._pack.__(text, ...words);
    return pack !== Gettext.strfmt(text, ...words) ? pack : this._own.__(text, ...words);
  }

  /** A text that depends on a number, which is written as `%1`. */
  _n(one: string, many: string, number: number, ...args: (string | number)[]): string {
    const words = args.map(String);
    // It counts as a number, and is written with its thousands set apart.
    const written = { toString: () => this.number(number) };
    const counted = Object.assign(Object(number), written) as number;
    const english = Gettext.strfmt(number === 1 ? one : many, counted, ...words);
    const pack = this._pack._n(one, many, counted, ...words);
    return pack !== english ? pack : this._own._n(one, many, counted, ...words);
  }

  /** A whole number with its thousands set apart. */
  number(value: number): string {
    return value.toLocaleString(this._language);
  }

  /** A number that is written the English way, in the way of the language: `1,234.5` as `1.234,5`. */
  numeral(text: string): string {
    const { thousands, point } = this._conventions;
    return thousands === ',' && point === '.'
      ? text
      : text.replace(/(\d)([,.])(?=\d)/g, (_, digit, sign) =>
          sign === ',' ? digit + thousands : digit + point
        );
  }

  /** What is typed as a number in the way of the language, in the English way; any other text as it is. */
  typed(text: string): string {
    const { thousands, point } = this._conventions;
    const plain = text.trim().split(thousands).join('').replace(point, '.');
    return /\d/.test(plain) && /^[-+\d]*\.?\d*$/.test(plain) ? plain : text;
  }

  /** A day, whose time is that of UTC; in ISO 8601 in English. */
  day(date: Date, iso: string): string {
    if (this._language === ENGLISH) {
      return iso;
    }
    const form = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
    return date.toLocaleDateString(this._language, form);
  }

  /** A month of a year, as `Mar 2025`. */
  month(date: Date): string {
    const form = { month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
    return date.toLocaleDateString(this._language, form);
  }

  /** The decimal point and the sign of thousands, as Plotly takes them. */
  get separators(): string {
    const { thousands, point } = this._conventions;
    return point + thousands;
  }

  /**
   * Call back when the language in force has changed.
   *
   * @returns What ends it.
   */
  onChange = (listener: () => void): (() => void) => {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  };

  /** Take JupyterLab's translator. */
  follow(translator: ITranslator | null): void {
    this._translator = translator ?? nullTranslator;
  }

  /**
   * Take the setting `language`: a code, or `auto` for JupyterLab's language; fetch its catalogue where need be. A
   * language without a catalogue is shown in English, or as a language pack has it.
   */
  async take(setting: string, server: ServerConnection.ISettings): Promise<void> {
    const lab = (this._translator.languageCode || ENGLISH).split(/[-_]/)[0].toLowerCase();
    const wanted = setting === AUTO || !setting ? lab : setting;
    const asked = ++this._asked;
    const own = wanted === ENGLISH ? null : await fetched(wanted, server);
    if (asked === this._asked) {
      this._set(wanted, own, wanted === lab ? this._translator.load(DOMAIN) : nullBundle());
    }
  }

  /** Show texts by a catalogue that is here already. */
  use(catalogue: Catalogue): void {
    this._set(catalogue.language, bundleOf(catalogue), nullBundle());
  }

  private _set(language: string, own: TranslationBundle | null, pack: TranslationBundle): void {
    const changed = language !== this._language;
    this._language = language;
    this._own = own ?? nullBundle();
    this._pack = pack;
    this._conventions = conventionsOf(language);
    if (changed) {
      this._listeners.forEach(listener => listener());
    }
  }

  private _language = ENGLISH;
  private _translator: ITranslator = nullTranslator;
  private _own = nullBundle();
  private _pack = nullBundle();
  private _conventions: Conventions = { thousands: ',', point: '.' };
  private _listeners = new Set<() => void>();
  private _asked = 0;
}

/** The texts of the panel. */
export const trans = new Translation();

function nullBundle(): TranslationBundle {
  return nullTranslator.load(DOMAIN);
}

async function fetched(
  language: string,
  server: ServerConnection.ISettings
): Promise<TranslationBundle | null> {
  try {
    return bundleOf(await get<Catalogue>(server, `messages/${encodeURIComponent(language)}`));
  } catch {
    return null; // a server without the extension, or a language that we do not have
  }
}

function bundleOf({ language, pluralForms, messages }: Catalogue): TranslationBundle {
  const bundle = new Gettext({ domain: DOMAIN, locale: language });
  const data: Record<string, unknown> = {
    ...messages,
    '': { domain: DOMAIN, language, pluralForms }
  };
  bundle.loadJSON(data as Parameters<Gettext['loadJSON']>[0], DOMAIN);
  return bundle;
}

function conventionsOf(language: string): Conventions {
  const parts = new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).formatToParts(
    1234567
  );
  const sign = (type: string) => parts.find(part => part.type === type)?.value ?? '';
  return { thousands: sign('group'), point: sign('decimal') };
}
