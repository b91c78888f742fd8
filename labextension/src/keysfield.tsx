import { ServerConnection } from '@jupyterlab/services';
import * as React from 'react';
import { trans } from './translation';

// Fetched when the settings are first opened.
const Keys = React.lazy(async () => ({ default: (await import('./components/keys')).Keys }));

/** The keys of models in JupyterLab's settings editor, whose own fields would store them as plain text. */
export function keysField(server: ServerConnection.ISettings): () => JSX.Element {
  return function KeysField() {
    return (
      <fieldset className="am-Panel am-KeysField">
        <legend>{trans.__('Keys of models')}</legend>
        <p>{trans.__('They go into this system’s keyring, and are never shown again.')}</p>
        <React.Suspense fallback={null}>
          <Keys server={server} />
        </React.Suspense>
      </fieldset>
    );
  };
}
