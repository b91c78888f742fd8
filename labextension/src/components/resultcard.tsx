import * as React from 'react';
import { FIGURE_MIME, readCard, tabsOf } from '../card';
import { MIME as PLOTLY } from '../figure';
import { useServices } from '../services';
import { Shown } from '../turns';
import { Code } from './code';

// Fetched with the first result: the page loads without it.
const CardBar = React.lazy(async () => ({ default: (await import('./cardbar')).CardBar }));

/** A figure or a table of an answer with its tabs: the chart, the values, and the code that made it. */
export function ResultCard(props: {
  result: Shown;
  /** Draws what a result holds. */
  draw: (result: Shown) => JSX.Element;
}): JSX.Element {
  const { result, draw } = props;
  const { kernel } = useServices();
  const card = React.useMemo(() => readCard(result.data[FIGURE_MIME]), [result.data]);
  const isTable = result.kind === 'table';
  const tabs = tabsOf(card, isTable);
  const [tab, setTab] = React.useState(tabs[0]);
  const other = React.useMemo<Shown>(() => {
    const { index } = result;
    return isTable
      ? {
          index,
          kind: 'figure',
          data: { [PLOTLY]: card.chart, 'text/plain': card.alt },
          buffer: null
        }
      : { index, kind: 'table', data: { 'text/html': card.table }, buffer: null };
  }, [card]);
  return (
    <>
      {/* The kernel tells all pages of a change, this one too. */}
      <React.Suspense fallback={null}>
        <CardBar card={card} kernel={kernel()} tabs={tabs} tab={tab} onTab={setTab} />
      </React.Suspense>
      {tab === 'code' ? (
        <Code code={card.code} language={card.language} />
      ) : (
        draw(tab === tabs[0] ? result : other)
      )}
    </>
  );
}
