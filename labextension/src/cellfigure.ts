import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import { coloursOf, darkened, drawOnce, fitted, isDark, watchPlace } from './figure';

/** Marks a figure of ours in a cell; Plotly's figure stands beside it. */
export const FIGURE_MIME = 'application/vnd.analyst-magic.figure.v1+json';
const PLOTLY = 'application/vnd.plotly.v1+json';

/** A figure in a cell, drawn by Plotly's own renderer in the colours and for the width of its page. */
class CellFigure extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly _rendermime: IRenderMimeRegistry) {
    super();
    this.addClass('am-CellFigure');
    this._theme = new MutationObserver(() => void this._draw());
    this._theme.observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._data = { ...model.data } as Record<string, unknown>;
    this.node.setAttribute('role', 'img');
    this.node.setAttribute(
      'aria-label',
      String(this._data['text/plain'] ?? 'figure').slice(0, 300)
    );
    if (this.isAttached) {
      await this._draw();
    }
  }

  dispose(): void {
    this._theme.disconnect();
    this._undo();
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    void this._draw();
  }

  /** Draw anew; a drawing that is overtaken by another is not kept. */
  private async _draw(): Promise<void> {
    if (!this._data || this.isDisposed) {
      return;
    }
    this._undo();
    while (this.widgets.length) {
      this.widgets[0].dispose();
    }
    const width = this.node.clientWidth;
    const coloured = isDark() ? darkened(this._data, coloursOf(this.node)) : this._data;
    const data = fitted(coloured, width || Infinity) as ReadonlyPartialJSONObject;
    const mimeType =
      PLOTLY in data && this._rendermime.mimeTypes.includes(PLOTLY) ? PLOTLY : 'text/plain';
    const renderer = this._rendermime.createRenderer(mimeType);
    this.addWidget(renderer);
    renderer.node.style.height = `${heightIn(data)}px`;
    await drawOnce(renderer, this._rendermime.createModel({ data, trusted: false }));
    if (!renderer.isDisposed) {
      const anew = () => void this._draw();
      this._undo = watchPlace(renderer, this.node, width, anew, anew);
    }
  }

  private _data: Record<string, unknown> | null = null;
  private _undo: () => void = () => undefined;
  private _theme: MutationObserver;
}

function heightIn(data: ReadonlyPartialJSONObject): number {
  const figure = data[PLOTLY] as { layout?: { height?: number } } | undefined;
  return Math.max(80, Math.min(10_000, Number(figure?.layout?.height) || 380));
}

/** Before Plotly's own in rank. */
export function figureRendererFactory(
  rendermime: IRenderMimeRegistry
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [FIGURE_MIME],
    defaultRank: -1,
    createRenderer: () => new CellFigure(rendermime)
  };
}
