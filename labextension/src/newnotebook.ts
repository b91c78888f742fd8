import { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { endingOf } from './askfile';

/** A name for a file's frame: that of the file, as Python takes it. */
export function frameName(path: string, endings: readonly string[]): string {
  const file = PathExt.basename(path);
  const stem = file.slice(0, file.length - endingOf(path, endings).length);
  const name = stem.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(name) ? name : `data_${name}`.replace(/_$/, '');
}

/** The cell that lets every question of a notebook use a file beside it. */
export function fileCell(path: string, endings: readonly string[]): string {
  const file = PathExt.basename(path);
  const quoted = /[\s'"\\]/.test(file) ? `'${file.replace(/'/g, `'"'"'`)}'` : file;
  return `%load_ext analyst_magic\n%analyst data add ${frameName(path, endings)}=${quoted}`;
}

/** Open a new notebook beside a data file, whose first cell makes the file known to all questions, and run that. */
export async function askAboutFile(
  app: JupyterFrontEnd,
  path: string,
  endings: readonly string[]
): Promise<NotebookPanel> {
  return newNotebook(app, PathExt.dirname(path), fileCell(path, endings));
}

/** Open a new notebook in a folder, and run its first cell. */
export async function newNotebook(
  app: JupyterFrontEnd,
  folder: string,
  source: string
): Promise<NotebookPanel> {
  const { commands, serviceManager } = app;
  const made = await commands.execute('docmanager:new-untitled', {
    path: folder,
    type: 'notebook'
  });
  await serviceManager.kernelspecs.ready;
  const panel: NotebookPanel = await commands.execute('docmanager:open', {
    path: made.path,
    factory: 'Notebook',
    kernel: { name: serviceManager.kernelspecs.specs?.default ?? 'python3' }
  });
  await panel.revealed;
  await panel.sessionContext.ready;
  panel.content.activeCell?.model.sharedModel.setSource(source);
  await NotebookActions.run(panel.content, panel.sessionContext);
  return panel;
}
