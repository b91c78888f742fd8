import * as React from 'react';
import { FIGURE_MIME, readCard } from '../card';
import { useServices } from '../services';
import { Shown } from '../turns';
import type { Tab } from './cardbar';
import { Code } from './code';

// Fetched with the first figure: the page loads without it.
const CardBar = React.lazy(async () => ({ default: (await import('./cardbar')).CardBar }));

/** A figure of an answer with its tabs: the chart, the values that it draws, and the code that made it. */
export function FigureCard(props: {
  result: Shown;
  /** Draws what a result holds. */
  draw: (result: Shown) => JSX.Element;
}): JSX.Element {
  const { result, draw } = props;
  const { kernel } = useServices();
  const [tab, setTab] = React.useState<Tab>('chart');
  const card = React.useMemo(() => readCard(result.data[FIGURE_MIME]), [result.data]);
  const table = React.useMemo<Shown>(
    () => ({ index: result.index, kind: 'table', data: { 'text/html': card.table }, buffer: null }),
    [card.table]
  );
  return (
    <>
      {/* The kernel tells all pages of a change, this one too. */}
      <React.Suspense fallback={null}>
        <CardBar card={card} kernel={kernel()} tab={tab} onTab={setTab} />
      </React.Suspense>
      {tab === 'chart' && draw(result)}
      {tab === 'table' && draw(table)}
      {tab === 'code' && <Code code={card.code} language={card.language} />}
    </>
  );
}
