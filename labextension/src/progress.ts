import { CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { trans } from './translation';

export const PROGRESS_MIME = 'application/vnd.analyst-magic.progress.v1+json';

/** A cell that may run, and how it is stopped. */
export interface Running {
  model: ICodeCellModel;
  interrupt(): Promise<void>;
}

/**
 * What a cell says while it waits for its answer, with a button that interrupts the kernel: that stops the question,
 * and reaches a kernel whose main thread waits. A cell that does not run, as in a notebook that was kept in the middle
 * of an answer, has nothing to stop.
 */
export class Progress extends Panel implements IRenderMime.IRenderer {
  /**
   * @param _said - Shows the HTML, as it is shown without trust.
   */
  constructor(
    private readonly _said: IRenderMime.IRenderer,
    private readonly _find: (node: Node) => Running | null
  ) {
    super();
    this.addClass('am-Progress');
    this._stop.className = 'am-Button am-Stop';
    this._stop.textContent = trans.__('Stop');
    this._stop.onclick = () => void this._interrupt();
    this.addWidget(new Widget({ node: this._stop }));
    this.addWidget(this._said);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const opened = this._folds.map(fold => fold.open);
    await this._said.renderModel(model);
    this._folds.forEach((fold, place) => (fold.open = opened[place] ?? false)); // it is said anew each second
    this._offer();
  }

  dispose(): void {
    this._running?.model.stateChanged.disconnect(this._offer, this);
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._running?.model.stateChanged.disconnect(this._offer, this);
    this._running = this._find(this.node);
    this._running?.model.stateChanged.connect(this._offer, this);
    this._offer();
  }

  private async _interrupt(): Promise<void> {
    this._stop.disabled = true;
    try {
      await this._running?.interrupt();
    } catch (error) {
      this._stop.disabled = false;
      this._stop.title = String(error);
    }
  }

  /** The button is there while there is something to stop; else the line says how to stop. */
  private _offer(): void {
    const stops = this._running?.model.executionState === 'running';
    this._stop.hidden = !stops;
    for (const aside of this._said.node.querySelectorAll<HTMLElement>('.analyst-aside')) {
      aside.hidden = stops;
    }
  }

  private get _folds(): HTMLDetailsElement[] {
    return Array.from(this._said.node.querySelectorAll('details'));
  }

  private _stop = document.createElement('button');
  private _running: Running | null = null;
}

/** Before static HTML in rank. */
export function progressRendererFactory(
  rendermime: IRenderMimeRegistry,
  tracker: INotebookTracker
): IRenderMime.IRendererFactory {
  const find = (node: Node): Running | null => {
    const panel = tracker.find(panel => panel.content.node.contains(node));
    const cell = panel?.content.widgets.find(cell => cell.node.contains(node));
    return panel && cell instanceof CodeCell
      ? {
          model: cell.model,
          interrupt: async () => panel.sessionContext.session?.kernel?.interrupt()
        }
      : null;
  };
  return {
    safe: true,
    mimeTypes: [PROGRESS_MIME],
    defaultRank: 30,
    createRenderer: () => new Progress(rendermime.createRenderer('text/html'), find)
  };
}
