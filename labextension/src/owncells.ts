import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Cell, ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import { IError } from '@jupyterlab/nbformat';
import { NotebookPanel } from '@jupyterlab/notebook';
import { IFrame } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { isAnalystCell } from './cells';
import { Conversation } from './conversation';
import { trans } from './translation';

/** What of a conversation asks about cells. */
type Asks = Pick<Conversation, 'connection' | 'connect' | 'request'>;

/** Shows a change, and says whether the user accepts it. */
export type Accept = (title: string, reason: string, diff: string) => Promise<boolean>;

/** Say what the current cell does. */
export async function explainCell(asks: Asks, panel: NotebookPanel): Promise<void> {
  const cell = panel.content.activeCell;
  const reply = cell && (await ask(asks, { type: 'explain', code: sourceOf(cell) }));
  if (reply) {
    await showDialog({
      title: trans.__('This cell'),
      body: preformatted(String(reply.text)),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
  }
}

/** Propose a corrected cell, and put it in the place of the current one where the user accepts it. */
export async function fixCell(
  asks: Asks,
  panel: NotebookPanel,
  accept: Accept = asked
): Promise<void> {
  const cell = panel.content.activeCell;
  if (!cell) {
    return;
  }
  const before = sourceOf(cell);
  const reply = await ask(asks, { type: 'fix', code: before, error: errorOf(cell.model) });
  if (!reply) {
    return;
  }
  const reason = String(reply.reason);
  if (!reply.changes) {
    await tell(
      trans.__('Nothing to change'),
      reason || trans.__('The model would change nothing.')
    );
  } else if (await accept(trans.__('Change this cell?'), reason, String(reply.diff))) {
    if (cell.isDisposed || sourceOf(cell) !== before) {
      await tell(trans.__('Not changed'), trans.__('The cell has changed meanwhile. Ask again.'));
    } else {
      cell.model.sharedModel.setSource(String(reply.after));
    }
  }
}

/** Propose notes above the cells of a notebook, one by one, and insert those that the user accepts. */
export async function documentNotebook(
  asks: Asks,
  panel: NotebookPanel,
  accept: Accept = asked
): Promise<void> {
  const { widgets } = panel.content;
  const cells = widgets.filter(
    cell => cell.model.type === 'code' && sourceOf(cell).trim() && !isAnalystCell(sourceOf(cell))
  );
  const noted = cells.flatMap((cell, place) =>
    widgets[widgets.indexOf(cell) - 1]?.model.type === 'markdown' ? [place + 1] : []
  );
  const reply = await ask(asks, { type: 'document', cells: cells.map(sourceOf), noted });
  if (!reply) {
    return;
  }
  const notes = reply.notes as { place: number; text: string }[];
  if (!notes.length) {
    await tell(trans.__('No note'), trans.__('The model would add no note.'));
  }
  for (const { place, text } of notes) {
    const cell = cells[place - 1];
    const added = text.split('\n').map(line => `+ ${line}`);
    if (
      cell &&
      (await accept(
        trans.__('Add this note above cell %1?', place),
        firstLine(cell),
        added.join('\n')
      ))
    ) {
      const index = panel.content.widgets.indexOf(cell);
      if (index >= 0) {
        panel.content.model?.sharedModel.insertCell(index, { cell_type: 'markdown', source: text });
      }
    }
  }
}

/** Show the profile of a frame as a page of its own, in which nothing runs. */
export function showProfile(app: JupyterFrontEnd, name: string, html: string): void {
  const content = new IFrame({ sandbox: [] });
  content.node.querySelector('iframe')!.srcdoc = html;
  const page = new MainAreaWidget({ content });
  page.title.label = trans.__('Profile of %1', name);
  page.title.closable = true;
  app.shell.add(page, 'main', { mode: 'split-right' });
}

/** The reply of the kernel, to which the panel is connected first; null where it failed, which the panel shows. */
async function ask(
  asks: Asks,
  request: Parameters<Asks['request']>[0]
): Promise<Record<string, unknown> | null> {
  if (asks.connection !== 'connected') {
    await asks.connect();
  }
  return (await asks.request(request))?.value ?? null;
}

function sourceOf(cell: Cell): string {
  return cell.model.sharedModel.getSource();
}

function firstLine(cell: Cell): string {
  return trans.__('The cell begins: %1', sourceOf(cell).trim().split('\n')[0]);
}

/** The error that a cell ended in. */
function errorOf(model: ICellModel): { name: string; text: string } | null {
  const outputs = model.type === 'code' ? (model as ICodeCellModel).outputs.toJSON() : [];
  const error = outputs.find(output => output.output_type === 'error') as IError | undefined;
  return error ? { name: error.ename, text: error.evalue } : null;
}

async function asked(title: string, reason: string, diff: string): Promise<boolean> {
  const buttons = [
    Dialog.cancelButton({ label: trans.__('Reject') }),
    Dialog.okButton({ label: trans.__('Accept') })
  ];
  const result = await showDialog({ title, body: coloured(reason, diff), buttons });
  return result.button.accept;
}

async function tell(title: string, text: string): Promise<void> {
  const buttons = [Dialog.okButton({ label: trans.__('Close') })];
  await showDialog({ title, body: preformatted(text), buttons });
}

/** Text as it is: nothing of it becomes markup. */
function preformatted(text: string): Widget {
  const node = document.createElement('div');
  node.className = 'am-Said';
  node.textContent = text;
  return new Widget({ node });
}

/** A change as lines, those that come and those that go in colours of their own. */
function coloured(reason: string, diff: string): Widget {
  const widget = preformatted(reason);
  const lines = widget.node.appendChild(document.createElement('pre'));
  lines.className = 'am-Diff';
  for (const line of diff.split('\n')) {
    const row = lines.appendChild(document.createElement('div'));
    row.textContent = line || ' ';
    row.className = line.startsWith('+') ? 'am-mod-in' : line.startsWith('-') ? 'am-mod-gone' : '';
  }
  return widget;
}
