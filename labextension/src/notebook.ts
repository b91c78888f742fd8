import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';

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
