import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

interface Provider {
  name: string;
  ready: boolean;
  /** The full name of a model to offer: `offline`, `openai:gpt-5.5`, or `acme:` to be completed. */
  model: string;
  remote: boolean;
}

interface Table {
  providers: Provider[];
  /** Those that were asked last. */
  models: string[];
}

/** Where a file below the server's root is downloaded. */
export function artifactUrl(settings: ServerConnection.ISettings, path: string): string {
  return URLExt.join(
    settings.baseUrl,
    'analyst',
    'artifacts',
    ...path.split('/').map(encodeURIComponent)
  );
}

/**
 * Names of models to pick from, as the server's table of providers has them: those that send nothing, those that were
 * used last, and one of each provider, those that are ready first. Where the server has no such table there are none:
 * any name can be typed.
 */
export async function modelNames(settings: ServerConnection.ISettings): Promise<string[]> {
  try {
    const { providers, models } = await get<Table>(settings, 'providers');
    const sorted = [...providers].sort((a, b) => Number(b.ready) - Number(a.ready));
    const here = sorted.filter(provider => !provider.remote).map(provider => provider.model);
    return Array.from(new Set([...here, ...models, ...sorted.map(provider => provider.model)]));
  } catch (error) {
    if (error instanceof ServerConnection.ResponseError) {
      return [];
    }
    throw error;
  }
}

/** The endings of files that can be asked about; none where the server has no such list. */
export async function dataEndings(settings: ServerConnection.ISettings): Promise<string[]> {
  try {
    return (await get<{ endings: string[] }>(settings, 'data-formats')).endings;
  } catch {
    return []; // no server extension, or no connection: the command stays hidden
  }
}

/** What a route of the server extension answers. */
export async function get<T>(settings: ServerConnection.ISettings, route: string): Promise<T> {
  const url = URLExt.join(settings.baseUrl, 'analyst', route);
  const response = await ServerConnection.makeRequest(url, {}, settings);
  if (!response.ok) {
    throw new ServerConnection.ResponseError(response);
  }
  return (await response.json()) as T;
}
