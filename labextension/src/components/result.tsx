import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import * as React from 'react';
import { useServices } from '../services';
import { useLanguage } from '../store';
import { makeGrid } from '../table/renderer';
import { Shown } from '../turns';
import {
  MIME as PLOTLY,
  coloursOf,
  darkened,
  drawAgain,
  drawOnce,
  fitted,
  heightOf,
  isDark,
  isTall,
  watchPlace
} from '../figure';
import { NumberCard } from './answer';
import { ResultCard } from './resultcard';
import { trans } from '../translation';

// Fetched with the first file that an answer has.
const DocumentCard = React.lazy(async () => ({
  default: (await import('./document')).DocumentCard
}));

/**
 * One result of an answer. A file has a card and a table our grid; all else is shown by JupyterLab's renderers, as
 * outputs that are not trusted.
 */
export function ResultView(props: {
  result: Shown;
  /** Whether an answer in words stands above. */
  inWords?: boolean;
  onParquet?: () => void;
}): JSX.Element {
  const { result } = props;
  if (result.number) {
    return <NumberCard number={result.number} large={!props.inWords} />;
  }
  if (result.document) {
    return (
      <React.Suspense fallback={null}>
        <DocumentCard document={result.document} />
      </React.Suspense>
    );
  }
  const draw = (shown: Shown) =>
    shown.table && shown.buffer ? (
      <Grid result={shown} onParquet={props.onParquet} />
    ) : (
      <Rendered result={shown} />
    );
  const hasTabs = result.kind === 'figure' || result.kind === 'table';
  return hasTabs ? <ResultCard result={result} draw={draw} /> : draw(result);
}

function Grid(props: { result: Shown; onParquet?: () => void }): JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const { result, onParquet } = props;
  const language = useLanguage();
  React.useLayoutEffect(() => {
    const { buffer, byteOffset, byteLength } = result.buffer!;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    let grid: Widget | null = null;
    let current = true;
    void makeGrid(bytes, result.table!, onParquet).then(made => {
      if (current && host.current) {
        grid = made;
        Widget.attach(made, host.current);
      }
    });
    return () => {
      current = false;
      grid?.dispose();
    };
  }, [result, language]);
  return (
    <div
      ref={host}
      className="am-Result am-mod-table"
      role="group"
      aria-label={trans.__('Result %1', result.index + 1)}
    />
  );
}

/** How far from the view a figure is drawn already, and no longer kept, in pixels. */
const AHEAD = '1200px';

/** Whether an element is in view, or almost; what is far away costs nothing. */
function useNear(host: React.RefObject<HTMLElement>): boolean {
  const [near, setNear] = React.useState(typeof IntersectionObserver === 'undefined');
  React.useEffect(() => {
    if (near && typeof IntersectionObserver === 'undefined') {
      return;
    }
    const root = host.current!.closest('.am-Transcript');
    const seen = new IntersectionObserver(
      entries => setNear(entries[entries.length - 1].isIntersecting),
      { root, rootMargin: `${AHEAD} 0px` }
    );
    seen.observe(host.current!);
    return () => seen.disconnect();
  }, []);
  return near;
}

function Rendered(props: { result: Shown }): JSX.Element {
  const { rendermime } = useServices();
  const host = React.useRef<HTMLDivElement>(null);
  const { result } = props;
  const isFigure = result.kind === 'figure';
  const dark = useDark() && isFigure;
  const near = useNear(host) || !isFigure;
  const language = useLanguage();
  const [drawings, setDrawings] = React.useState(0);
  React.useLayoutEffect(() => {
    const place = host.current;
    if (!place || !near) {
      return;
    }
    const modelAt = (width: number) => {
      const shown = dark ? darkened(result.data, coloursOf(place)) : result.data;
      const data = fitted(shown, width) as ReadonlyPartialJSONObject;
      const height = isFigure ? heightOf(data) : undefined;
      place.style.height = height ? `${height}px` : ''; // nothing moves when it is drawn
      place.classList.toggle('am-mod-tall', isTall(height));
      return rendermime.createModel({ data, trusted: false });
    };
    const drawnFor = place.clientWidth;
    const model = modelAt(drawnFor);
    const mimeType =
      isFigure && PLOTLY in model.data
        ? PLOTLY // and not the renderer of cells, which would fit it once more
        : rendermime.preferredMimeType(model.data, 'ensure');
    if (!mimeType) {
      return;
    }
    const renderer: IRenderMime.IRenderer = rendermime.createRenderer(mimeType);
    renderer.node.dataset.mimeType = mimeType;
    // On the page before it draws: Plotly measures its node.
    Widget.attach(renderer, place);
    let undo = () => {};
    void (isFigure ? drawOnce(renderer, model) : renderer.renderModel(model)).then(() => {
      if (!renderer.isDisposed && isFigure) {
        undo = watchPlace(
          renderer,
          place,
          drawnFor,
          width => void drawAgain(renderer, modelAt(width)),
          () => setDrawings(drawings + 1)
        );
      }
    });
    return () => {
      undo();
      renderer.dispose();
    };
  }, [result, rendermime, dark, drawings, near, language]);
  const label = String(result.data['text/plain'] ?? result.kind).split('\n')[0];
  return (
    <div
      ref={host}
      className={`am-Result am-mod-${result.kind}`}
      role="group"
      aria-label={isFigure ? label.slice(0, 300) : trans.__('Result %1', result.index + 1)}
    />
  );
}

/** Whether the page has a dark theme. */
function useDark(): boolean {
  const [dark, setDark] = React.useState(isDark);
  React.useEffect(() => {
    const observed = new MutationObserver(() => setDark(isDark()));
    observed.observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
    return () => observed.disconnect();
  }, []);
  return dark;
}
