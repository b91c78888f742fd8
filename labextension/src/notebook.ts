import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { Kernel } from '@jupyterlab/services';

/** Put a code cell with this source below the current one, and make it the current one. */
export function insertCell(panel: NotebookPanel, source: string): void {
  NotebookActions.insertBelow(panel.content);
  const cell = panel.content.activeCell;
  if (cell) {
    if (cell.model.type !== 'code') {
      NotebookActions.changeCellType(panel.content, 'code');
    }
    panel.content.activeCell!.model.sharedModel.setSource(source);
    void panel.content.scrollToCell(panel.content.activeCell!);
  }
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
