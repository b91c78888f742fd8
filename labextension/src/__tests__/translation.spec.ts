import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Gettext, ITranslator } from '@jupyterlab/translation';
import { ServerConnection } from '@jupyterlab/services';
import { moment, seconds, shape, size } from '../format';
import { Frame } from '../protocol';
import { SchemaTranslation } from '../schema';
import { numberText } from '../table/values';
import { Catalogue, trans } from '../translation';

const GERMAN: Catalogue = {
  language: 'de',
  pluralForms: 'nplurals=2; plural=(n != 1);',
  messages: {
    Ask: ['Fragen'],
    'Connection %1': ['Verbindung %1'],
    Model: ['Modell'],
    '%1 row': ['%1 Zeile', '%1 Zeilen']
  }
};
const ENGLISH: Catalogue = { ...GERMAN, language: 'en', messages: {} };

/** A server that has this catalogue. */
function serving(catalogue: Catalogue | null): ServerConnection.ISettings {
  const response = new Response(JSON.stringify(catalogue), { status: catalogue ? 200 : 404 });
  return ServerConnection.makeSettings({ fetch: async () => response });
}

/** JupyterLab in a language, with a pack of ours where there are messages. */
function lab(languageCode: string, messages: Record<string, string[]> = {}): ITranslator {
  const bundle = new Gettext({ domain: 'analyst_magic', locale: languageCode });
  const head = { language: languageCode, pluralForms: 'nplurals=2; plural=(n != 1);' };
  const data = { ...messages, '': { domain: 'analyst_magic', ...head } };
  bundle.loadJSON(data as Parameters<Gettext['loadJSON']>[0], 'analyst_magic');
  return { languageCode, load: () => bundle } as unknown as ITranslator;
}

afterEach(() => {
  trans.follow(null);
  trans.use(ENGLISH);
});

describe('Translation', () => {
  it('shows English until another language is known', () => {
    expect(trans.__('Connection %1', 'shop')).toBe('Connection shop');
    expect([trans._n('%1 row', '%1 rows', 1), trans._n('%1 row', '%1 rows', 2000)]).toEqual([
      '1 row',
      '2,000 rows'
    ]);
  });

  it('shows texts, plurals and numbers in the language of JupyterLab', async () => {
    trans.follow(lab('de-DE'));
    await trans.take('auto', serving(GERMAN));
    expect(trans.language).toBe('de');
    expect([trans.__('Ask'), trans.__('Connection %1', 'shop')]).toEqual([
      'Fragen',
      'Verbindung shop'
    ]);
    expect([trans._n('%1 row', '%1 rows', 1), trans._n('%1 row', '%1 rows', 2000)]).toEqual([
      '1 Zeile',
      '2.000 Zeilen'
    ]);
    expect(trans.__('No catalogue has this')).toBe('No catalogue has this');
  });

  it('takes the texts of a language pack before its own', async () => {
    trans.follow(lab('de-DE', { Ask: ['Los'] }));
    await trans.take('auto', serving(GERMAN));
    expect([trans.__('Ask'), trans.__('Connection %1', 'shop')]).toEqual([
      'Los',
      'Verbindung shop'
    ]);
  });

  it('shows the language of the setting whatever JupyterLab has', async () => {
    trans.follow(lab('fr-FR', { Ask: ['Demander'] }));
    await trans.take('de', serving(GERMAN));
    expect(trans.__('Ask')).toBe('Fragen');
    await trans.take('en', serving(null));
    expect(trans.__('Ask')).toBe('Ask');
  });

  it('has the one form that a language has for any number, as the server gives it twice', () => {
    const rows = { '%1 row': ['%1 行', '%1 行'] };
    trans.use({ language: 'zh', pluralForms: 'nplurals=1; plural=0;', messages: rows });
    expect([1, 2000].map(rows => trans._n('%1 row', '%1 rows', rows))).toEqual([
      '1 行',
      '2,000 行'
    ]);
  });

  it('shows English where the server has no catalogue, with the numbers of the language', async () => {
    trans.follow(lab('nl-NL'));
    await trans.take('auto', serving(null));
    expect([trans.__('Ask'), trans.number(1234567)]).toEqual(['Ask', '1.234.567']);
  });
});

describe('Numbers and days', () => {
  const amount = {
    kind: 'number',
    decimals: 2,
    grouped: true,
    rounded: false,
    before: '',
    after: ' €'
  } as const;
  const frame = { connection: false, kind: 'pandas', rows: 12345, width: 3 } as Frame;

  it('are in the form of the language where people read them', () => {
    trans.use(GERMAN);
    expect(numberText(1234567.5, { ...amount })).toBe('1.234.567,50 €');
    expect([seconds(1.5), size(1500), shape(frame)]).toEqual(['1,5 s', '1,5 kB', '12.345 × 3']);
    expect(trans.day(new Date('2025-01-31'), '2025-01-31')).toBe('31.01.2025');
    expect(moment(Date.parse('2025-03-31T12:00'))).toContain('März');
    expect(trans.separators).toBe(',.');
  });

  it('are read in the form of the language where people look for them', () => {
    trans.use(GERMAN);
    expect([trans.typed('1.234,5'), trans.typed('Nord'), trans.typed('')]).toEqual([
      '1234.5',
      'Nord',
      ''
    ]);
    trans.use(ENGLISH);
    expect(trans.typed('1,234.5')).toBe('1234.5');
  });

  it('stay as they were in English', () => {
    expect(numberText(1234567.5, { ...amount })).toBe('1,234,567.50 €');
    expect(trans.day(new Date('2025-01-31'), '2025-01-31')).toBe('2025-01-31');
  });
});

describe('The schema of the settings', () => {
  it('is in the language, and in English again, its keys and values never', () => {
    const properties = { model: { title: 'Model', default: 'Ask' } };
    const registry = { plugins: { mine: { schema: { title: 'Ask', properties } } } };
    const schema = new SchemaTranslation(registry as unknown as ISettingRegistry, 'mine');
    trans.use(GERMAN);
    schema.apply();
    schema.apply();
    expect(registry.plugins.mine.schema).toEqual({
      title: 'Fragen',
      properties: { model: { title: 'Modell', default: 'Ask' } }
    });
    trans.use(ENGLISH);
    schema.apply();
    expect(properties.model.title).toBe('Model');
  });
});
