import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import * as React from 'react';

/** What the components need of JupyterLab. */
export interface Services {
  rendermime: IRenderMimeRegistry;
  languages: IEditorLanguageRegistry;
  /** Put a cell below the current one. */
  insert(source: string): void;
  /** The address at which a file beside the notebook is downloaded. */
  artifactUrl(path: string): string;
  /** Show a file beside the notebook in JupyterLab, where it can. */
  openFile(path: string): void;
  /** Names of models that can be picked. */
  modelNames(): Promise<string[]>;
}

export const ServicesContext = React.createContext<Services | null>(null);

/** The services of the panel that a component is part of. */
export function useServices(): Services {
  const services = React.useContext(ServicesContext);
  if (!services) {
    throw new Error('A component of the panel is drawn outside of it.');
  }
  return services;
}
