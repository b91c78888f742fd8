import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { Kernel } from '@jupyterlab/services';
import { Cell, ICodeCellModel } from '@jupyterlab/cells';
import { IDisplayData } from '@jupyterlab/nbformat';

/** What a cell shows below itself. */
export type CellOutput = IDisplayData;

/** Put a code cell with this source and these outputs below the current one, and make it the current one. */
export function insertCell(
  panel: NotebookPanel,
  source: string,
  outputs: readonly CellOutput[] = []
): void {
  NotebookActions.insertBelow(panel.content);
  if (panel.content.activeCell && panel.content.activeCell.model.type !== 'code') {
    NotebookActions.changeCellType(panel.content, 'code');
  }
  const cell = panel.content.activeCell;
  if (cell) {
    cell.model.sharedModel.setSource(source);
    if (outputs.length) {
      (cell.model as ICodeCellModel).outputs.fromJSON([...outputs]);
    }
    void panel.content.scrollToCell(cell);
  }
}

/** Show a cell; false where the notebook has none of this name. */
export function goToCell(panel: NotebookPanel, id: string): boolean {
  const index = panel.content.widgets.findIndex(cell => cell.model.id === id);
  if (index >= 0) {
    panel.content.activeCellIndex = index;
    void panel.content.scrollToItem(index, 'center');
  }
  return index >= 0;
}

/** The `%%analyst` cell that asks a question. */
export function questionCell(question: string): string {
  return `%%analyst\n${question.trim()}`;
}

/** Offer bytes to the user as a file. */
export function download(name: string, parts: BlobPart[], type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The kernel of the notebook that a node is in; null where there is none. */
export function kernelOf(tracker: INotebookTracker, node: Node): Kernel.IKernelConnection | null {
  const panel = tracker.find(panel => panel.content.node.contains(node));
  return panel?.sessionContext.session?.kernel ?? null;
}

const LOADS = /^\s*%(re)?load_ext\s+analyst_magic\b/m;

const OURS = /^\s*(#.*|%(re)?load_ext\s+analyst_magic\b.*|%analyst\b.*)?$/;

/** Whether code may make data: it has more than what loads this extension or asks it. */
export function makesData(source: string): boolean {
  return !/^\s*%%analyst\b/.test(source) && source.split('\n').some(line => !OURS.test(line));
}

/** Whether a cell of the notebook runs, or waits for its turn. */
export function cellRuns(notebook: NotebookPanel): boolean {
  return running(notebook).length > 0;
}

/** Whether such a cell loads the extension. */
export function cellLoads(notebook: NotebookPanel): boolean {
  return running(notebook).some(loadsExtension);
}

/** Whether a cell, when it runs, loads the extension. */
export function loadsExtension(cell: Cell): boolean {
  return LOADS.test(cell.model.sharedModel.getSource());
}

function running(notebook: NotebookPanel): Cell[] {
  return notebook.content.widgets.filter(
    cell =>
      cell.model.type === 'code' && (cell.model as ICodeCellModel).executionState === 'running'
  );
}
