import { JupyterFrontEnd } from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { isDataFile } from './askfile';
import { Catalog } from './catalog';
import { goToCell, insertCell, makesData } from './notebook';
import { artifactUrl } from './request';
import { Services } from './services';

const MAX_FILES = 8;

/** What the panel of a notebook needs of JupyterLab. */
export function panelServices(
  app: JupyterFrontEnd,
  notebook: NotebookPanel,
  rendermime: IRenderMimeRegistry,
  languages: IEditorLanguageRegistry,
  catalog: () => Promise<Catalog>,
  keepSetting: Services['keepSetting']
): Services {
  const { contents, serverSettings } = app.serviceManager;
  const folder = () => PathExt.dirname(notebook.context.localPath);
  const beside = (path: string) => PathExt.join(folder(), path);
  const run = (command: string, args = {}) => void app.commands.execute(command, args);
  const names = async () => {
    const listed = await contents.get(folder());
    return (listed.content as { name: string; type: string }[])
      .filter(entry => entry.type !== 'directory')
      .map(entry => entry.name);
  };
  return {
    rendermime,
    languages,
    kernel: () => notebook.sessionContext.session?.kernel ?? null,
    catalog,
    keepSetting,
    serverSettings,
    insert: (source, outputs) => insertCell(notebook, source, outputs),
    goToCell: id => {
      app.shell.activateById(notebook.id);
      return goToCell(notebook, id);
    },
    artifactUrl: path => artifactUrl(serverSettings, beside(path)),
    openFile: path => run('docmanager:open', { path: beside(path) }),
    leave: () => app.shell.activateById(notebook.id),
    openSettings: () => run('settingeditor:open', { query: 'Analyst' }),
    beside: path => PathExt.relative(folder(), path),
    dataFiles: async () => {
      const { endings } = await catalog();
      const found = await names().catch(() => []);
      return found.filter(name => isDataFile(name, endings)).slice(0, MAX_FILES);
    },
    upload: async file => {
      const name = unused(file.name, await names());
      const content = await base64(file);
      await contents.save(beside(name), { type: 'file', format: 'base64', content });
      return name;
    },
    showProfile: (name, html) =>
      void import('./owncells').then(loaded => loaded.showProfile(app, name, html)),
    startKernel: async () => {
      if (await notebook.sessionContext.startKernel()) {
        await app.commands.execute('notebook:change-kernel'); // which one is for the user to say
      }
    },
    hasCode: () =>
      notebook.content.widgets.some(
        ({ model }) => model.type === 'code' && makesData(model.sharedModel.getSource())
      ),
    runAllCells: () => run('notebook:run-all-cells')
  };
}

/** A file's name that no other file of the folder has. */
export function unused(name: string, taken: readonly string[]): string {
  const ending = PathExt.extname(name);
  const stem = name.slice(0, name.length - ending.length);
  let free = name;
  for (let number = 2; taken.includes(free); number++) {
    free = `${stem}_${number}${ending}`;
  }
  return free;
}

async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}
