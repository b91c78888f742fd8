import { Cell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

const MAGIC = /^\s*%%analyst\b/;
const CODE = /^\s*(?:SQL|PYTHON):/i;

/** Whether a cell's source is a question, or code, for the analyst. */
export function isAnalystCell(source: string): boolean {
  return MAGIC.test(source);
}

/** The question of an `%%analyst` cell, without its options; empty where it holds code. */
export function questionOf(source: string): string {
  const body = source.replace(/^\s*%%analyst[^\n]*\n?/, '');
  return isAnalystCell(source) && !CODE.test(body) ? body.trim() : '';
}

/** Shows questions in cells as prose: Python's colours are not for them. */
export function showQuestionsAsProse(tracker: INotebookTracker): void {
  const watched = new WeakSet<Cell>();
  const show = (panel: NotebookPanel, cell: Cell) => {
    if (cell.model.type !== 'code') {
      return;
    }
    const prose = questionOf(cell.model.sharedModel.getSource()) !== '';
    if (prose) {
      cell.model.mimeType = 'text/plain';
    } else if (cell.model.mimeType === 'text/plain') {
      cell.model.mimeType = panel.content.codeMimetype;
    }
  };
  const watch = (panel: NotebookPanel) => {
    for (const cell of panel.content.widgets) {
      if (!watched.has(cell)) {
        watched.add(cell);
        cell.model.contentChanged.connect(() => show(panel, cell));
        cell.model.mimeTypeChanged.connect(() => show(panel, cell));
      }
      show(panel, cell);
    }
  };
  tracker.widgetAdded.connect((_, panel) => {
    panel.content.modelContentChanged.connect(() => watch(panel));
    void panel.revealed.then(() => watch(panel));
  });
}
