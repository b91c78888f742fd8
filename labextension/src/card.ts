import { Kernel } from '@jupyterlab/services';

/** Marks a figure or a table of ours; what can be done with it stands in it, and Plotly's figure or the table beside it. */
export const FIGURE_MIME = 'application/vnd.analyst-magic.figure.v1+json';

/** What a reader changed of a figure: its kind, colours, order, and how many groups are shown. */
export type Edit = Record<string, string>;

/** What a result can be shown as. */
export type Tab = 'chart' | 'table' | 'code';

/** What there is beside a figure or a table, and what can be changed of its chart. */
export interface Card {
  id: string;
  /** The values of a figure, as HTML. */
  table: string;
  /** The figure that shows a table's values, and what it shows in words; null for a figure, and where it has none. */
  chart: Record<string, unknown> | null;
  alt: string;
  code: string;
  language: string;
  choices: Record<string, [string, string][]>;
  edit: Edit;
}

/** What a notebook of any origin says, as what it has to be. */
export function readCard(found: unknown): Card {
  const { id, table, chart, alt, code, language, choices, edit } = (found ?? {}) as Record<
    string,
    unknown
  >;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const pairs = Object.entries((choices ?? {}) as object).filter(([, list]) => Array.isArray(list));
  return {
    id: text(id),
    table: text(table),
    chart: chart && typeof chart === 'object' ? (chart as Record<string, unknown>) : null,
    alt: text(alt),
    code: text(code),
    language: text(language),
    choices: Object.fromEntries(
      pairs.map(([name, list]) => [
        name,
        (list as unknown[][]).slice(0, 40).map(pair => [String(pair?.[0]), String(pair?.[1])])
      ])
    ),
    edit: Object.fromEntries(
      Object.entries((edit ?? {}) as object).map(([name, value]) => [name, String(value)])
    )
  };
}

/** The tabs that a result has, the one that is shown first in front. */
export function tabsOf(card: Card, isTable: boolean): Tab[] {
  const tabs: Tab[] = isTable ? ['table', 'chart', 'code'] : ['chart', 'table', 'code'];
  return tabs.filter(name => name === tabs[0] || card[name]);
}

/** Whether the kernel still has a figure, so that it can be changed. */
export async function canChange(
  kernel: Kernel.IKernelConnection | null | undefined,
  id: string
): Promise<boolean> {
  if (!kernel || !id) {
    return false;
  }
  try {
    const { askTables } = await import('./table/kernel');
    return (await askTables(kernel)({ type: 'known', id })).value.known === true;
  } catch {
    return false;
  }
}

/** Have a figure drawn in another way: its bundle, and what its reader is to know of that. */
export async function change(
  kernel: Kernel.IKernelConnection,
  id: string,
  edit: Edit
): Promise<{ bundle: Record<string, unknown>; note: string }> {
  const { askTables } = await import('./table/kernel');
  const { value } = await askTables(kernel)({ type: 'edit', id, edit });
  return { bundle: value.bundle as Record<string, unknown>, note: String(value.note) };
}
