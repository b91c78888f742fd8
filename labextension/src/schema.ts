import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { trans } from './translation';

/** What of a schema people read. */
const WORDS = new Set(['title', 'description', 'jupyter.lab.setting-icon-label']);

/**
 * Makes the titles and descriptions of a plugin's settings those of the language in force, in the registry itself:
 * the server translates them by language packs alone, and a plugin whose schema is transformed gets its menus too late.
 * To be called whenever the language or the settings have changed.
 */
export class SchemaTranslation {
  constructor(
    private readonly _registry: ISettingRegistry,
    private readonly _plugin: string
  ) {}

  apply(): void {
    const schema = this._registry.plugins[this._plugin]?.schema;
    if (schema) {
      this._translate(schema as object);
    }
  }

  private _translate(part: object): void {
    for (const [name, value] of Object.entries(part)) {
      if (value && typeof value === 'object') {
        this._translate(value);
      } else if (typeof value === 'string' && WORDS.has(name)) {
        const english = this._english.get(value) ?? value;
        const words = trans.__(english);
        this._english.set(words, english);
        (part as Record<string, unknown>)[name] = words;
      }
    }
  }

  /** What was written into the schema, with the English text that it stands for. */
  private _english = new Map<string, string>();
}
