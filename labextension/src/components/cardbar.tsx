import { Kernel } from '@jupyterlab/services';
import * as React from 'react';
import { canChange, Card, change, Edit, Tab } from '../card';
import { trans } from '../translation';

/** What a choice is called. */
function nameOf(choice: string): string {
  const names: Record<string, string> = {
    chart: trans.__('Kind of chart'),
    colour: trans.__('Colours'),
    order: trans.__('Order'),
    top: trans.__('How many'),
    axis: trans.__('Axis of the values')
  };
  return names[choice] ?? choice;
}

/** What a value is called; the kernel has it in English. */
function choiceName(words: string): string {
  const [, top, group] = /^Top (\d+)$|^By (.+)$/.exec(words) ?? [];
  const known = trans.__(words);
  return known !== words
    ? known
    : top
      ? trans.__('Top %1', trans.number(Number(top)))
      : group
        ? trans.__('By %1', group)
        : words;
}

/** What a tab is called. */
function tabName(tab: Tab): string {
  const names = { chart: trans.__('Chart'), table: trans.__('Table'), code: trans.__('Code') };
  return names[tab];
}

/** What stands above a figure or a table: chart, values and code as tabs, and what can be changed without a model. */
export function CardBar(props: {
  card: Card;
  kernel: Kernel.IKernelConnection | null | undefined;
  tabs: readonly Tab[];
  tab: Tab;
  onTab: (tab: Tab) => void;
  /** The result's bundle, as it is shown now. */
  onChange?: (bundle: Record<string, unknown>) => void;
}): JSX.Element | null {
  const { card, kernel, tabs, tab, onTab } = props;
  const [known, setKnown] = React.useState(false);
  const [said, setSaid] = React.useState('');
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    let current = true;
    void canChange(kernel, card.id).then(found => current && setKnown(found));
    return () => {
      current = false;
    };
  }, [kernel, card.id]);
  if (!card.id || (tabs.length < 2 && !Object.keys(card.choices).length)) {
    return null;
  }
  const set = (edit: Edit) =>
    change(kernel!, card.id, edit).then(
      ({ bundle, note }) => {
        setSaid(note);
        props.onChange?.(bundle);
      },
      error => setSaid(String(error instanceof Error ? error.message : error))
    );
  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      onTab(next);
      host.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
      event.preventDefault();
    }
  };
  return (
    <div className="am-CardBar" ref={host}>
      <div role="tablist" aria-label={trans.__('Show as')} className="am-Tabs" onKeyDown={move}>
        {tabs.map(name => (
          <button
            key={name}
            type="button"
            role="tab"
            data-tab={name}
            className="am-Tab"
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => onTab(name)}
          >
            {tabName(name)}
          </button>
        ))}
      </div>
      {known &&
        tab === 'chart' &&
        Object.entries(card.choices).map(([name, list]) => (
          <select
            key={name}
            className="am-Input am-Select"
            aria-label={nameOf(name)}
            title={nameOf(name)}
            value={card.edit[name] ?? ''}
            onChange={event => void set({ ...card.edit, [name]: event.target.value })}
          >
            {list.map(([value, words]) => (
              <option key={value} value={value}>
                {choiceName(words)}
              </option>
            ))}
          </select>
        ))}
      {known && Object.keys(card.edit).length > 0 && (
        <button type="button" className="am-Link" onClick={() => void set({})}>
          {trans.__('As drawn')}
        </button>
      )}
      <span className="am-Said" role="status">
        {said}
      </span>
    </div>
  );
}
