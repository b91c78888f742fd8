import { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { analystIcon } from './icon';
import { AnalystPanel } from './panel';

export const OPEN = 'analyst-magic:open';
export const STOP = 'analyst-magic:stop';

/** The commands of the palette; their shortcuts stand in the settings' schema. */
export function addCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  panel: AnalystPanel,
  palette: ICommandPalette | null
): void {
  const none = { args: { type: 'object', properties: {} } };
  app.commands.addCommand(OPEN, {
    label: 'Ask the Analyst',
    icon: analystIcon,
    describedBy: none,
    execute: () => {
      app.shell.activateById(panel.id);
      panel.focus();
    }
  });
  app.commands.addCommand(STOP, {
    label: 'Stop the Analyst',
    describedBy: none,
    isEnabled: () => panel.conversation?.running !== undefined,
    execute: () => panel.conversation?.stop()
  });
  for (const command of [OPEN, STOP]) {
    palette?.addItem({ command, category: 'Analyst' });
  }
}
