import { Cell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

// tests/contract/cells.json holds these to what analyst_magic/notebook/cell.py reads.
const MAGIC = /^\s*%%analyst(?=\s|$)[^\n]*\n?/;
const REFINE = /^\s*%analyst[ \t]+refine[ \t]+([^\n]*?)\s*$/;
const CODE = /^\s*(SQL|PYTHON):/i;

/** What a cell asks: a question, or the language of the user's own code; both are empty for any other cell. */
export interface CellQuestion {
  question: string;
  code: string;
}

/** Reads what a cell does nothing else than ask. */
export function readCell(source: string): CellQuestion {
  const refined = REFINE.exec(source);
  if (refined) {
    return { question: refined[1].replace(/^["']+|["']+$/g, ''), code: '' };
  }
  if (!MAGIC.test(source)) {
    return { question: '', code: '' };
  }
  const body = source.replace(MAGIC, '');
  const code = CODE.exec(body);
  return code
    ? { question: '', code: code[1].toLowerCase() }
    : { question: dedent(body).trim(), code: '' };
}

/** The text without the indentation that all its lines share. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const filled = lines.filter(line => line.trim() !== '');
  const shared = Math.min(...filled.map(line => line.search(/\S/)));
  return lines.map(line => line.slice(shared)).join('\n');
}

/** Whether a cell is a question, or code, for the analyst. */
export function isAnalystCell(source: string): boolean {
  return MAGIC.test(source) || REFINE.test(source);
}

/** The question of a cell, without its options; empty where it holds code or asks nothing. */
export function questionOf(source: string): string {
  return readCell(source).question;
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
