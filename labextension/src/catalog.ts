import { ServerConnection } from '@jupyterlab/services';
import { get } from './request';

/** A choice with what it is called and means. */
export interface Choice {
  name: string;
  label: string;
  about: string;
}

/** A setting as a form shows it: a property of JSON Schema with its name. */
export interface SettingSchema {
  name: string;
  title: string;
  description: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array';
  /** The values to choose from, where there are few. */
  oneOf?: { const: string; title: string }[];
}

/** What there is to choose from, as Python has it: no list stands here a second time. */
export interface Catalog {
  /** How much of the data a model may see, the least first. */
  privacy: Choice[];
  sandboxes: Choice[];
  /** The forms of an answer. */
  forms: Choice[];
  /** Endings of files that can be asked about. */
  endings: string[];
  /** The formats of reports, by the names that nbconvert has for them. */
  reports: Choice[];
  /** The settings of the form, in its order. */
  settings: SettingSchema[];
}

export const NO_CATALOG: Catalog = {
  privacy: [],
  sandboxes: [],
  forms: [],
  endings: [],
  reports: [],
  settings: []
};

/** The server's catalog; an empty one where the server has none, as one without the extension. */
export async function loadCatalog(settings: ServerConnection.ISettings): Promise<Catalog> {
  try {
    return await get<Catalog>(settings, 'catalog');
  } catch {
    return NO_CATALOG;
  }
}
