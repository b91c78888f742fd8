import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Kernel, ServerConnection } from '@jupyterlab/services';
import * as React from 'react';
import { Catalog, NO_CATALOG } from './catalog';
import { CellOutput } from './notebook';
import { Setting } from './protocol';

/** What the components need of JupyterLab. */
export interface Services {
  rendermime: IRenderMimeRegistry;
  /** The notebook's kernel; null where none runs. */
  kernel(): Kernel.IKernelConnection | null;
  languages: IEditorLanguageRegistry;
  /** Put a cell below the current one, with these outputs where there are any. */
  insert(source: string, outputs?: readonly CellOutput[]): void;
  /** Show a cell of the notebook; false where it is not there any more. */
  goToCell(id: string): boolean;
  /** The address at which a file beside the notebook is downloaded. */
  artifactUrl(path: string): string;
  /** Show a file beside the notebook in JupyterLab, where it can. */
  openFile(path: string): void;
  /** What there is to choose from. */
  catalog(): Promise<Catalog>;
  /** Names of the data files beside the notebook. */
  dataFiles(): Promise<string[]>;
  /** A path below the server's root, from the notebook's folder. */
  beside(path: string): string;
  /** Put a file of the user's beside the notebook; gives its name there. */
  upload(file: File): Promise<string>;
  /** Show the profile of a frame as a page of its own. */
  showProfile(name: string, html: string): void;
  /** Start a kernel for the notebook. */
  startKernel(): Promise<void>;
  /** Whether the notebook has code that may make data: more than what loads or asks this extension. */
  hasCode(): boolean;
  runAllCells(): void;
  /** Go back to the notebook. */
  leave(): void;
  /** Show the settings of the panel. */
  openSettings(): void;
  /** Keep the value of a setting for all notebooks of the user. */
  keepSetting(name: string, value: Setting['value']): Promise<void>;
  serverSettings: ServerConnection.ISettings;
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

/** What there is to choose from; nothing until it has come. */
export function useCatalog(): Catalog {
  const services = useServices();
  const [catalog, setCatalog] = React.useState(NO_CATALOG);
  React.useEffect(() => {
    let current = true;
    void services.catalog().then(found => current && setCatalog(found));
    return () => {
      current = false;
    };
  }, [services]);
  return catalog;
}
