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
  return request(settings, route, {});
}

/** Change something by a route of the server extension; gives what it answers. */
export async function put<T>(
  settings: ServerConnection.ISettings,
  route: string,
  body: unknown
): Promise<T> {
  return request(settings, route, { method: 'PUT', body: JSON.stringify(body) });
}

async function request<T>(
  settings: ServerConnection.ISettings,
  route: string,
  init: RequestInit
): Promise<T> {
  const url = URLExt.join(settings.baseUrl, 'analyst', route);
  const response = await ServerConnection.makeRequest(url, init, settings);
  if (!response.ok) {
    const { message, next_step } = await response.json().catch(() => ({}));
    throw message
      ? new Error(`${message} ${next_step ?? ''}`.trim())
      : new ServerConnection.ResponseError(response);
  }
  return (await response.json()) as T;
}
