import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { figureRendererFactory } from './cellfigure';
import { showQuestionsAsProse } from './cells';
import { addCommands } from './commands';
import { analystIcon } from './icon';
import { provideOutlines } from './figure';
import { insertCell, kernelOf } from './notebook';
import { AnalystPanel } from './panel';
import { progressRendererFactory } from './progress';
import { artifactUrl, modelNames } from './request';
import { Services } from './services';
import { tableRendererFactory } from './table/renderer';

const panel: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:panel',
  description: 'Ask about the data frames of the notebook, beside it.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IEditorLanguageRegistry],
  optional: [ICommandPalette, ILayoutRestorer, IFileBrowserFactory, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    files: IFileBrowserFactory | null,
    registry: ISettingRegistry | null
  ) => {
    const beside = (notebook: NotebookPanel, path: string) =>
      PathExt.join(PathExt.dirname(notebook.context.localPath), path);
    const services = (notebook: NotebookPanel): Services => ({
      rendermime,
      languages,
      insert: source => insertCell(notebook, source),
      artifactUrl: path => artifactUrl(app.serviceManager.serverSettings, beside(notebook, path)),
      openFile: path => {
        void app.commands.execute('docmanager:open', { path: beside(notebook, path) });
      },
      modelNames: () => modelNames(app.serviceManager.serverSettings)
    });
    const widget = new AnalystPanel(tracker, services);
    widget.title.icon = analystIcon;
    app.shell.add(widget, 'right', { rank: 900, type: 'Analyst' });
    restorer?.add(widget, widget.id);
    NotebookActions.executed.connect(() => widget.conversation?.refresh());
    addCommands(app, tracker, widget, palette, files);
    void registry?.load(panel.id).then(settings => {
      const take = () => {
        widget.enterAsks = settings.get('enterAsks').composite as boolean;
      };
      settings.changed.connect(take);
      take();
    });
  }
};

const prose: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:prose',
  description: 'Shows the questions of %%analyst cells as prose.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker) => showQuestionsAsProse(tracker)
};

const table: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:table',
  description: 'Shows tables of many rows in a grid.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker, rendermime: IRenderMimeRegistry) =>
    rendermime.addFactory(tableRendererFactory(node => kernelOf(tracker, node)))
};

const figure: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:figure',
  description: 'Draws figures in the colours of the page.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, rendermime: IRenderMimeRegistry) =>
    rendermime.addFactory(figureRendererFactory(rendermime))
};

const progress: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:progress',
  description: 'Gives a cell that waits for its answer a Stop button.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker, rendermime: IRenderMimeRegistry) =>
    rendermime.addFactory(progressRendererFactory(rendermime, tracker))
};

const maps: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:maps',
  description: 'Has the outlines of maps at hand, which Plotly would fetch from a server.',
  autoStart: true,
  activate: () => provideOutlines()
};

export default [panel, prose, table, figure, progress, maps];
