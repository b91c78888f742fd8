import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** Where a file below the server's root is downloaded. */
export function artifactUrl(settings: ServerConnection.ISettings, path: string): string {
  return URLExt.join(
    settings.baseUrl,
    'analyst',
    'artifacts',
    ...path.split('/').map(encodeURIComponent)
  );
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
