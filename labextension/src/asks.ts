import { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';
import { copyPicture, inCell } from './copying';
import { insertCell, questionCell } from './notebook';
import { trans } from './translation';

/** Marks an output that has buttons; the HTML beside it says the same without any. */
export const ASKS_MIME = 'application/vnd.analyst-magic.asks.v1+json';

interface Asks {
  questions: string[];
  lead: string;
  /** The turn's number in the history; 0 where it is not kept. */
  history: number;
  answer: string;
  code: string;
}

/** A cell and its notebook. */
interface Place {
  panel: NotebookPanel;
  cell: CodeCell;
}

/** Buttons below an answer: questions that one click asks, a word on whether it is right, and copies of it. */
class AskButtons extends Panel implements IRenderMime.IRenderer {
  /**
   * @param _said - Shows the HTML, as it is shown without trust.
   */
  constructor(
    private readonly _said: IRenderMime.IRenderer,
    private readonly _find: (node: Node) => Place | null
  ) {
    super();
    this.addClass('am-Asks');
    this.addWidget(this._said);
    this.addWidget(new Widget({ node: this._bar }));
    this._bar.className = 'am-Asks-bar';
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    await this._said.renderModel(model);
    const asks = (this._asks = read(model.data[ASKS_MIME]));
    for (const list of this._said.node.querySelectorAll<HTMLElement>('.analyst-asks')) {
      list.hidden = true;
    }
    this._bar.replaceChildren();
    this._offerQuestions(asks);
    this._offerCopies(asks);
  }

  private _offerQuestions({ questions, lead }: Asks): void {
    if (questions.length) {
      const words = document.createElement('span');
      words.textContent = lead;
      this._bar.append(words);
    }
    for (const question of questions) {
      const chip = button(question, trans.__('Ask in a new cell: %1', question), () =>
        this._ask(question)
      );
      chip.classList.add('am-Chip');
      this._bar.append(chip);
    }
  }

  private _offerCopies({ history, answer, code }: Asks): void {
    const tools = document.createElement('span');
    tools.className = 'am-Asks-tools';
    if (history) {
      tools.append(
        button(
          trans.__('Good'),
          trans.__('This answer is right: an example for later questions'),
          pressed => this._mark(pressed, 'good', history)
        ),
        button(
          trans.__('Not right'),
          trans.__('This answer is not right: never an example'),
          pressed => this._mark(pressed, 'not-good', history)
        )
      );
    }
    if (answer) {
      tools.append(
        this._copy(trans.__('Copy answer'), async () => navigator.clipboard.writeText(answer))
      );
    }
    const outputs = this._place?.cell.outputArea.node;
    if (outputs?.querySelector('.jp-RenderedHTML table')) {
      tools.append(this._copy(trans.__('Copy table'), () => copyTable(outputs)));
    }
    if (outputs?.querySelector('.am-CellFigure')) {
      tools.append(this._copy(trans.__('Copy picture'), () => copyPicture(outputs)));
    }
    if (code) {
      tools.append(
        this._copy(trans.__('Copy code'), async () => navigator.clipboard.writeText(code))
      );
    }
    if (tools.childElementCount) {
      this._bar.append(tools);
    }
  }

  protected onAfterAttach(): void {
    // What stands beside it in the cell is known now.
    const copies = this._bar.querySelector('.am-Asks-tools');
    if (this._asks && copies) {
      copies.remove();
      this._offerCopies(this._asks);
    }
  }

  /** A new cell below this one asks the question. */
  private _ask(question: string): void {
    const place = this._place;
    if (!place) {
      return;
    }
    const { panel, cell } = place;
    panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
    insertCell(panel, questionCell(question));
    void NotebookActions.run(panel.content, panel.sessionContext);
  }

  /** Keep a mark, or take it away where it is pressed once more. */
  private async _mark(pressed: HTMLButtonElement, mark: string, history: number): Promise<void> {
    const back = pressed.getAttribute('aria-pressed') === 'true';
    const words = `${back ? 'unmark' : mark} ${history}`;
    const kernel = this._place?.panel.sessionContext.session?.kernel;
    const code = `get_ipython().run_line_magic('analyst', 'history ${words}')`;
    const reply = await kernel?.requestExecute({ code, silent: true, store_history: false }).done;
    const done = reply?.content.status === 'ok';
    for (const other of pressed.parentElement?.querySelectorAll('[aria-pressed]') ?? []) {
      other.setAttribute('aria-pressed', 'false');
    }
    pressed.setAttribute('aria-pressed', String(done && !back));
    pressed.title = done
      ? back
        ? trans.__('Taken back')
        : trans.__('Kept in the history; press again to take it back')
      : trans.__('The kernel does not know this answer any more');
  }

  private _copy(text: string, copy: () => Promise<void>): HTMLButtonElement {
    return button(text, text, pressed => {
      copy().then(
        () => say(pressed, trans.__('Copied')),
        () => say(pressed, trans.__('Cannot be copied'))
      );
    });
  }

  private get _place(): Place | null {
    return this._find(this.node);
  }

  private _bar = document.createElement('div');
  private _asks: Asks | null = null;
}

/** What a notebook of any origin says, as what it has to be. */
function read(found: unknown): Asks {
  const asks = (found ?? {}) as Partial<Record<keyof Asks, unknown>>;
  const questions = Array.isArray(asks.questions) ? asks.questions.slice(0, 6) : [];
  return {
    questions: questions.map(text => String(text).slice(0, 500).replace(/\s+/g, ' ')),
    lead: String(asks.lead ?? '').slice(0, 200),
    history: Number.isInteger(asks.history) ? Math.max(0, asks.history as number) : 0,
    answer: String(asks.answer ?? ''),
    code: String(asks.code ?? '')
  };
}

function button(
  text: string,
  title: string,
  pressed: (button: HTMLButtonElement) => void
): HTMLButtonElement {
  const made = document.createElement('button');
  made.className = 'am-Button';
  made.textContent = text;
  made.title = title;
  made.onclick = () => pressed(made);
  return made;
}

/** Puts the first table of a node on the clipboard, as spreadsheets take it. */
async function copyTable(node: HTMLElement): Promise<void> {
  const table = node.querySelector<HTMLTableElement>('.jp-RenderedHTML table');
  const lines = Array.from(table?.rows ?? []).map(row =>
    Array.from(row.cells)
      .map(cell => inCell((cell.textContent ?? '').replace(/\s+/g, ' ').trim()))
      .join('\t')
  );
  await navigator.clipboard.writeText(lines.join('\n'));
}

function say(pressed: HTMLButtonElement, words: string): void {
  const before = pressed.title; // a copy's title is its text
  pressed.textContent = words;
  window.setTimeout(() => (pressed.textContent = before), 1500);
}

/** Ctrl-Enter in the box of code that waits for a word is its first button, Run. */
export function runOnCtrlEnter(): void {
  const pressed = (event: KeyboardEvent) => {
    const box = event.target as HTMLElement | null;
    const waiting = box?.closest?.('.analyst-confirm');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && waiting) {
      event.preventDefault();
      event.stopPropagation();
      box!.dispatchEvent(new Event('change', { bubbles: true }));
      waiting.querySelector<HTMLButtonElement>('button.mod-primary')?.click();
    }
  };
  document.addEventListener('keydown', pressed, true);
}

/** Before static HTML in rank. */
export function asksRendererFactory(
  rendermime: IRenderMimeRegistry,
  tracker: INotebookTracker
): IRenderMime.IRendererFactory {
  const find = (node: Node): Place | null => {
    const panel = tracker.find(panel => panel.content.node.contains(node));
    const cell = panel?.content.widgets.find(cell => cell.node.contains(node));
    return panel && cell instanceof CodeCell ? { panel, cell } : null;
  };
  return {
    safe: true,
    mimeTypes: [ASKS_MIME],
    defaultRank: 30,
    createRenderer: () => new AskButtons(rendermime.createRenderer('text/html'), find)
  };
}
