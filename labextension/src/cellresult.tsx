import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ReactWidget } from '@jupyterlab/ui-components';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import { FIGURE_MIME, readCard, Tab, tabsOf } from './card';
import { coloursOf, darkened, drawOnce, fitted, isDark, isTall, watchPlace } from './figure';
import { FindKernel, TABLE_MIME } from './table/renderer';

const PLOTLY = 'application/vnd.plotly.v1+json';

// Fetched with the first figure: the page loads without it.
const CardBar = React.lazy(async () => ({
  default: (await import('./components/cardbar')).CardBar
}));

/** Shows what it was last given. */
class Shown extends ReactWidget {
  display(element: JSX.Element): void {
    this._element = element;
    this.update();
  }

  protected render(): JSX.Element {
    return this._element;
  }

  private _element = (<></>);
}

/** A figure or a table in a cell; figures are drawn by Plotly's own renderer in the colours and the width of their page. */
class CellResult extends Panel implements IRenderMime.IRenderer {
  constructor(
    private readonly _rendermime: IRenderMimeRegistry,
    private readonly _find: FindKernel
  ) {
    super();
    this._theme = new MutationObserver(() => void this._draw());
    this._theme.observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
    this.addWidget(this._bar);
    this.addWidget(this._place);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
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

  /** Tabs and choices above the figure, as they are now. */
  private _showBar(): void {
    this._bar.display(
      <React.Suspense fallback={null}>
        <CardBar
          card={this._card}
          kernel={this._find(this.node)}
          tabs={this._tabs}
          tab={this._shownTab}
          onTab={tab => {
            this._tab = tab;
            void this._draw();
          }}
          onChange={bundle => {
            const data = bundle as ReadonlyPartialJSONObject;
            this._model?.setData({ data }); // the notebook's file keeps it, and so do its reports
            void this._draw();
          }}
        />
      </React.Suspense>
    );
  }

  /** Draw anew; a drawing that is overtaken by another is not kept. */
  private async _draw(): Promise<void> {
    const data = this._model && ({ ...this._model.data } as Record<string, unknown>);
    if (!data || this.isDisposed) {
      return;
    }
    this._card = readCard(data[FIGURE_MIME]);
    this._tabs = tabsOf(this._card, !(PLOTLY in data));
    this.toggleClass('am-CellFigure', PLOTLY in data);
    this._showBar();
    this._undo();
    this._undo = () => undefined;
    const width = this.node.clientWidth;
    const [mimeType, shown] = this._shown(data, width);
    const renderer = this._rendermime.createRenderer(mimeType);
    const model = this._rendermime.createModel({ data: shown, trusted: false });
    const isFigure = mimeType === PLOTLY;
    if (isFigure) {
      renderer.node.setAttribute('role', 'figure'); // its buttons are no part of a picture
      renderer.node.setAttribute(
        'aria-label',
        String(shown['text/plain'] ?? 'figure').slice(0, 300)
      );
      renderer.node.style.height = `${heightIn(shown)}px`;
    }
    this._place.toggleClass('am-mod-tall', isFigure && isTall(heightIn(shown)));
    const before = [...this._place.widgets];
    this._place.addWidget(renderer);
    before.forEach(widget => widget.dispose());
    await (isFigure ? drawOnce(renderer, model) : renderer.renderModel(model));
    if (!renderer.isDisposed && isFigure) {
      const anew = () => void this._draw();
      this._undo = watchPlace(renderer, this.node, width, anew, anew);
    }
  }

  /** What the chosen tab shows: a MIME type, and the data of it. */
  private _shown(
    data: Record<string, unknown>,
    width: number
  ): [string, ReadonlyPartialJSONObject] {
    const { table, chart, alt, code, language } = this._card;
    const isTable = !(PLOTLY in data);
    if (this._shownTab === 'table' && isTable) {
      const grid = TABLE_MIME in data && this._rendermime.mimeTypes.includes(TABLE_MIME);
      return [grid ? TABLE_MIME : 'text/html', data as ReadonlyPartialJSONObject];
    }
    if (this._shownTab === 'table') {
      return ['text/html', { 'text/html': table }];
    }
    if (this._shownTab === 'code') {
      const fence = '`'.repeat(
        Math.max(3, ...(code.match(/`+/g) ?? []).map(ticks => ticks.length + 1))
      );
      const named = language === 'sql' ? 'sql' : 'python';
      return ['text/markdown', { 'text/markdown': `${fence}${named}\n${code}\n${fence}` }];
    }
    const drawn = isTable ? { [PLOTLY]: chart, 'text/plain': alt } : data;
    const coloured = isDark() ? darkened(drawn, coloursOf(this.node)) : drawn;
    const figure = fitted(coloured, width || Infinity) as ReadonlyPartialJSONObject;
    const drawable = PLOTLY in figure && this._rendermime.mimeTypes.includes(PLOTLY);
    return [drawable ? PLOTLY : 'text/plain', figure];
  }

  /** The tab that was chosen; else the first. */
  private get _shownTab(): Tab {
    return this._tab && this._tabs.includes(this._tab) ? this._tab : this._tabs[0];
  }

  private _model: IRenderMime.IMimeModel | null = null;
  private _card = readCard(null);
  private _tabs: Tab[] = ['chart'];
  private _tab: Tab | null = null;
  private _bar = new Shown();
  private _place = new Panel();
  private _undo: () => void = () => undefined;
  private _theme: MutationObserver;
}

function heightIn(data: ReadonlyPartialJSONObject): number {
  const figure = data[PLOTLY] as { layout?: { height?: number } } | undefined;
  return Math.max(80, Math.min(10_000, Number(figure?.layout?.height) || 380));
}

/** Before Plotly's own in rank. */
export function resultRendererFactory(
  rendermime: IRenderMimeRegistry,
  find: FindKernel
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [FIGURE_MIME],
    defaultRank: -1,
    createRenderer: () => new CellResult(rendermime, find)
  };
}
