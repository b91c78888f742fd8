import { ServerConnection } from '@jupyterlab/services';
import { get } from './request';

/** A choice with what it is called and means. */
export interface Choice {
  name: string;
  label: string;
  about: string;
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
}

export const NO_CATALOG: Catalog = { privacy: [], sandboxes: [], forms: [], endings: [] };

/** The server's catalog; an empty one where the server has none, as one without the extension. */
export async function loadCatalog(settings: ServerConnection.ISettings): Promise<Catalog> {
  try {
    return await get<Catalog>(settings, 'catalog');
  } catch {
    return NO_CATALOG;
  }
}
