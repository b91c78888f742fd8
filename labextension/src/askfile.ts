import { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';

const READABLE = new Set(['.csv', '.tsv', '.parquet', '.json', '.jsonl', '.xlsx']);

/** Whether a file is one that a question can be asked about. */
export function isDataFile(path: string): boolean {
  return READABLE.has(PathExt.extname(path).toLowerCase());
}

/** A name for a file's frame: that of the file, as Python takes it. */
export function frameName(path: string): string {
  const stem = PathExt.basename(path, PathExt.extname(path));
  const name = stem.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(name) ? name : `data_${name}`.replace(/_$/, '');
}

/** The cell that lets every question of a notebook use a file beside it. */
export function fileCell(path: string): string {
  const file = PathExt.basename(path);
  const quoted = /[\s'"\\]/.test(file) ? `'${file.replace(/'/g, `'"'"'`)}'` : file;
  return `%load_ext analyst_magic\n%analyst data add ${frameName(path)}=${quoted}`;
}

/** Open a new notebook beside a data file, whose first cell makes the file known to all questions, and run that. */
export async function askAboutFile(app: JupyterFrontEnd, path: string): Promise<NotebookPanel> {
  const { commands, serviceManager } = app;
  const made = await commands.execute('docmanager:new-untitled', {
    path: PathExt.dirname(path),
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
  panel.content.activeCell?.model.sharedModel.setSource(fileCell(path));
  await NotebookActions.run(panel.content, panel.sessionContext);
  return panel;
}
