import { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { isDataFile } from './askfile';
import { isAnalystCell, questionOf } from './cells';
import { analystIcon } from './icon';
import { insertCell } from './notebook';
import { AnalystPanel } from './panel';
import { Catalog } from './catalog';
import { trans } from './translation';

/** The commands; their shortcuts, menus and toolbars stand in the settings' schema. */
export const OPEN = 'analyst-magic:open';
export const STOP = 'analyst-magic:stop';
export const INSERT = 'analyst-magic:insert-answer';
export const ASK_CELL = 'analyst-magic:ask-cell';
export const ASK_FILE = 'analyst-magic:ask-file';
export const EXPLAIN = 'analyst-magic:explain-cell';
export const FIX = 'analyst-magic:fix-cell';
export const DOCUMENT = 'analyst-magic:document-notebook';
export const NOTEBOOK = 'analyst-magic:notebook';

/** Make the commands known, and put those that need no place into the palette. */
export function addCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  panel: AnalystPanel,
  palette: ICommandPalette | null,
  files: IFileBrowserFactory | null,
  catalog: () => Promise<Catalog>
): void {
  const { commands } = app;
  const describedBy = { args: { type: 'object', properties: {} } };
  const open = () => {
    app.shell.activateById(panel.id);
    panel.focus();
    window.setTimeout(() => panel.focus(), 50); // the palette gives the focus back to where it was
  };
  /** To the panel; from its question back to the notebook. */
  const toggle = () => {
    if (panel.hasFocus && tracker.currentWidget) {
      app.shell.activateById(tracker.currentWidget.id);
    } else {
      open();
    }
  };
  const lastCell = (): string => {
    const cells = (panel.conversation?.turns ?? []).map(turn =>
      turn.status === 'done' && turn.done.ok ? turn.done.cell : ''
    );
    return cells.filter(Boolean).pop() ?? '';
  };
  const source = () => tracker.activeCell?.model.sharedModel.getSource() ?? '';
  let endings: readonly string[] = [];
  void catalog().then(found => {
    endings = found.endings;
    commands.notifyCommandChanged(ASK_FILE);
  });
  const chosenFile = () => files?.tracker.currentWidget?.selectedItems().next().value;

  commands.addCommand(OPEN, {
    label: args => (args.toolbar ? '' : trans.__('Ask the Analyst')),
    caption: () => trans.__('Ask the Analyst about the data of this notebook'),
    icon: analystIcon,
    describedBy,
    execute: toggle
  });
  commands.addCommand(STOP, {
    label: () => trans.__('Stop the Analyst'),
    describedBy,
    isEnabled: () => panel.conversation?.running !== undefined,
    execute: () => panel.conversation?.stop()
  });
  commands.addCommand(INSERT, {
    label: () => trans.__('Insert the Last Answer as a Cell'),
    describedBy,
    isEnabled: () => lastCell() !== '',
    execute: () => {
      if (tracker.currentWidget && lastCell()) {
        insertCell(tracker.currentWidget, lastCell());
      }
    }
  });
  commands.addCommand(ASK_CELL, {
    label: args => (args.toolbar ? '' : trans.__('Ask This Question in the Panel')),
    caption: () => trans.__('Ask this question in the panel'),
    icon: analystIcon,
    describedBy,
    isVisible: () => isAnalystCell(source()),
    isEnabled: () => questionOf(source()) !== '',
    execute: () => {
      open();
      panel.write(questionOf(source()));
    }
  });
  commands.addCommand(ASK_FILE, {
    label: () => trans.__('Ask about This File'),
    icon: analystIcon,
    describedBy,
    isVisible: () => isDataFile(chosenFile()?.path ?? '', endings),
    execute: async () => {
      const file = chosenFile();
      if (file) {
        await (await import('./newnotebook')).askAboutFile(app, file.path, endings);
        open();
      }
    }
  });
  commands.addCommand(NOTEBOOK, {
    label: args => (args.palette ? trans.__('New Analyst Notebook') : trans.__('Analyst notebook')),
    caption: () => trans.__('A new notebook, with the analyst beside it'),
    icon: analystIcon,
    describedBy,
    execute: async args => {
      await (
        await import('./newnotebook')
      ).newNotebook(app, String(args.cwd ?? ''), '%load_ext analyst_magic');
      open();
    }
  });
  /** What is asked about cells of the user's own; loaded when it is first used. */
  const OWN = [
    [EXPLAIN, () => trans.__('Explain This Cell'), 'explainCell'],
    [FIX, () => trans.__('Fix This Cell'), 'fixCell'],
    [DOCUMENT, () => trans.__('Document This Notebook'), 'documentNotebook']
  ] as const;
  for (const [command, label, name] of OWN) {
    commands.addCommand(command, {
      label,
      describedBy,
      isEnabled: () =>
        panel.conversation !== null &&
        (command === DOCUMENT || (source().trim() !== '' && !isAnalystCell(source()))),
      execute: async () => {
        if (tracker.currentWidget && panel.conversation) {
          await (await import('./owncells'))[name](panel.conversation, tracker.currentWidget);
        }
      }
    });
  }
  trans.onChange(() => commands.notifyCommandChanged());
  tracker.activeCellChanged.connect(() => {
    commands.notifyCommandChanged(ASK_CELL);
    tracker.activeCell?.model.contentChanged.connect(() => commands.notifyCommandChanged(ASK_CELL));
  });
  for (const command of [OPEN, STOP, INSERT, ASK_CELL, EXPLAIN, FIX, DOCUMENT, NOTEBOOK]) {
    palette?.addItem({ command, category: 'Analyst', args: { palette: true } });
  }
}
