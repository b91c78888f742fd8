import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { IFormRendererRegistry } from '@jupyterlab/ui-components';
import { asksRendererFactory, runOnCtrlEnter } from './asks';
import { resultRendererFactory } from './cellresult';
import { nameReports } from './reportnames';
import { showQuestionsAsProse } from './cells';
import { addCommands, NOTEBOOK } from './commands';
import { analystIcon } from './icon';
import { keysField } from './keysfield';
import { provideOutlines } from './figure';
import { kernelOf, loadsExtension } from './notebook';
import { AnalystPanel } from './panel';
import { progressRendererFactory } from './progress';
import { panelServices } from './jupyter';
import { Catalog, loadCatalog } from './catalog';
import { tableRendererFactory } from './table/renderer';
import { SchemaTranslation } from './schema';
import { trans } from './translation';

const panel: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:panel',
  description: 'Ask about the data frames of the notebook, beside it.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IEditorLanguageRegistry],
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    IFileBrowserFactory,
    ISettingRegistry,
    ILauncher,
    IFormRendererRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    files: IFileBrowserFactory | null,
    registry: ISettingRegistry | null,
    launcher: ILauncher | null,
    forms: IFormRendererRegistry | null
  ) => {
    const { serverSettings } = app.serviceManager;
    let loading: Promise<Catalog> | null = null;
    const catalog = () => (loading ??= loadCatalog(serverSettings));
    const widget = new AnalystPanel(tracker, notebook =>
      panelServices(app, notebook, rendermime, languages, catalog, async (name, value) => {
        await registry?.set(panel.id, name, value);
      })
    );
    widget.title.icon = analystIcon;
    app.shell.add(widget, 'right', { rank: 900, type: 'Analyst' });
    restorer?.add(widget, widget.id);
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      if (notebook === tracker.currentWidget?.content && loadsExtension(cell)) {
        widget.conversation?.cellWillLoad();
      }
    });
    NotebookActions.executed.connect(() => widget.conversation?.refresh());
    nameReports(app, palette, catalog);
    addCommands(app, tracker, widget, palette, files, catalog);
    forms?.addRenderer(`${panel.id}.keys`, { fieldRenderer: keysField(serverSettings) });
    launcher?.add({ command: NOTEBOOK, category: 'Notebook', rank: 90 });
    void registry?.load(panel.id).then(settings => {
      const schema = new SchemaTranslation(registry, panel.id);
      const take = () => {
        widget.enterAsks = settings.get('enterAsks').composite as boolean;
        schema.apply();
        void trans.take(String(settings.get('language').composite), serverSettings);
      };
      trans.onChange(() => schema.apply());
      settings.changed.connect(() => {
        take();
        widget.reloadSettings();
      });
      take();
    });
  }
};

const language: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:language',
  description:
    'Has the texts of the panel in the language of JupyterLab, or in the one that its setting names.',
  autoStart: true,
  optional: [ITranslator],
  activate: async (app: JupyterFrontEnd, translator: ITranslator | null) => {
    trans.follow(translator);
    await trans.take('auto', app.serviceManager.serverSettings);
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
  description: 'Shows figures and tables with tabs, figures in the colours of the page.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker, rendermime: IRenderMimeRegistry) =>
    rendermime.addFactory(resultRendererFactory(rendermime, node => kernelOf(tracker, node)))
};

const asks: JupyterFrontEndPlugin<void> = {
  id: 'analyst-magic-lab:asks',
  description:
    'Gives an answer in a cell buttons: what to ask next, whether it is right, copies of it.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker, rendermime: IRenderMimeRegistry) => {
    rendermime.addFactory(asksRendererFactory(rendermime, tracker));
    runOnCtrlEnter();
  }
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

export default [language, panel, prose, table, figure, asks, progress, maps];
